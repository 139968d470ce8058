interface PlaneIndex {
  /** Counted from 0, as the REST interface counts. */
  readonly slice: number;
  readonly frame: number;
  /** Of an image with several. */
  readonly colour?: number | undefined;
}

/** How people call a plane: counted from 1, as plans count frames. */
export function planeName({ slice, frame, colour }: PlaneIndex): string {
  return `Slice ${slice + 1}, frame ${frame + 1}${colour === undefined ? '' : `, colour ${colour + 1}`}`;
}
