import { useCallback, useEffect, useRef, useState } from "react";

interface Point {
  readonly x: number;
  readonly y: number;
}
interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const SCALE_MIN = 0.15;
const SCALE_MAX = 2.5;
/** Smaller than this, labels cannot be read: a wide story opens at its beginning instead of shrunk. */
const SCALE_READABLE = 0.72;
/** The drawing never takes more of the page than this, nor less. */
const HEIGHT_MAX = 620;
const HEIGHT_MIN = 240;
const DRAG_PX = 4;

const clampScale = (scale: number): number => Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));

/** Moving and zooming a drawing of the given size inside whatever space it gets. */
export function usePanZoom(width: number, height: number) {
  const ref = useRef<SVGSVGElement>(null);
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const [room, setRoom] = useState(1_000);
  const whole = Math.min(1, room / width, HEIGHT_MAX / height);
  const shownHeight = Math.max(HEIGHT_MIN, Math.min(HEIGHT_MAX, height * Math.max(whole, SCALE_READABLE)));
  const show = useCallback(
    (wanted: number) => {
      const scale = clampScale(wanted);
      setView({ x: Math.max(0, (room - width * scale) / 2), y: 0, scale });
    },
    [room, width],
  );
  useEffect(() => show(Math.max(whole, SCALE_READABLE)), [show, whole]);
  const fit = () => show(whole);
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const watch = new ResizeObserver(() => setRoom(box.clientWidth || 1_000));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  useGestures(ref, setView);
  const zoom = (by: number) => setView((before) => zoomAt(before, by, { x: room / 2, y: shownHeight / 2 }));
  const reveal = ({ x, y }: Point, { w, h }: { readonly w: number; readonly h: number }) =>
    setView((before) => {
      const left = x * before.scale + before.x;
      const top = y * before.scale + before.y;
      const dx = Math.min(0, room - left - w * before.scale - 20) + Math.max(0, 20 - left);
      const dy = Math.min(0, shownHeight - top - h * before.scale - 20) + Math.max(0, 20 - top);
      return { ...before, x: before.x + dx, y: before.y + dy };
    });
  const transform = `translate(${view.x} ${view.y}) scale(${view.scale})`;
  return { ref, transform, height: shownHeight, zoom, fit, reveal };
}

function zoomAt(view: View, by: number, { x, y }: Point): View {
  const scale = clampScale(view.scale * by);
  const real = scale / view.scale;
  return { x: x - (x - view.x) * real, y: y - (y - view.y) * real, scale };
}

type Change = (next: (before: View) => View) => void;

function useGestures(ref: { readonly current: SVGSVGElement | null }, setView: Change): void {
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    let from: { x: number; y: number; moved: boolean } | undefined;
    // Plain scrolling stays with the page: a drawing that eats the wheel is a trap.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const frame = box.getBoundingClientRect();
      setView((before) =>
        zoomAt(before, Math.exp(-event.deltaY / 300), { x: event.clientX - frame.left, y: event.clientY - frame.top }),
      );
    };
    const onDown = (event: PointerEvent) => {
      if (event.button === 0) from = { x: event.clientX, y: event.clientY, moved: false };
    };
    const onMove = (event: PointerEvent) => {
      if (from === undefined) return;
      const dx = event.clientX - from.x;
      const dy = event.clientY - from.y;
      if (!from.moved && Math.hypot(dx, dy) < DRAG_PX) return;
      if (!from.moved) box.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, moved: true };
      setView((before) => ({ ...before, x: before.x + dx, y: before.y + dy }));
    };
    const onUp = () => {
      from = undefined;
    };
    box.addEventListener("wheel", onWheel, { passive: false });
    box.addEventListener("pointerdown", onDown);
    box.addEventListener("pointermove", onMove);
    box.addEventListener("pointerup", onUp);
    box.addEventListener("pointercancel", onUp);
    return () => {
      box.removeEventListener("wheel", onWheel);
      box.removeEventListener("pointerdown", onDown);
      box.removeEventListener("pointermove", onMove);
      box.removeEventListener("pointerup", onUp);
      box.removeEventListener("pointercancel", onUp);
    };
  }, [ref, setView]);
}
