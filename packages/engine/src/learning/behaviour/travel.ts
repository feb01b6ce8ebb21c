/** Distance between two places. Where a log names only a country, its middle and its radius stand for it. */
import { CENTROIDS } from "./centroids.ts";

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  /** How far from there the truth may be. */
  readonly radiusKm: number;
}

const EARTH_KM = 6_371;
/** City-level look-ups of addresses are wrong by about this much. */
const CITY_RADIUS_KM = 50;

export function placeOf(country: string | undefined, latitude?: number, longitude?: number): Place | undefined {
  if (latitude !== undefined && longitude !== undefined && (latitude !== 0 || longitude !== 0)) {
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)
      return { latitude, longitude, radiusKm: CITY_RADIUS_KM };
  }
  const found = country === undefined ? undefined : CENTROIDS.get(country.toUpperCase());
  return found === undefined ? undefined : { latitude: found[0], longitude: found[1], radiusKm: found[2] };
}

/** Great-circle distance, with what both places do not know taken off. */
export function distanceKm(a: Place, b: Place): number {
  const rad = Math.PI / 180;
  const dLat = (b.latitude - a.latitude) * rad;
  const dLon = (b.longitude - a.longitude) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * Math.sin(dLon / 2) ** 2;
  const between = 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
  return Math.max(0, between - a.radiusKm - b.radiusKm);
}
