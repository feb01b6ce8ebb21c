/** One file of an archive, whatever its form. */
export interface ArchiveMember {
  readonly name: string;
  /** Where it begins in the archive. */
  readonly offset: number;
  readonly packed: number;
  readonly size: number;
  readonly encrypted: boolean;
  readonly bomb: boolean;
  bytes(max: number): Uint8Array;
}
