/** Sums of pixels' weights are kept for all subsets together up to so many bytes, and else computed whenever they are asked for. */
const mostKeptBytes = 128 * 2 ** 20;

/** Bytes that subsets hold beside the data of a batch, whatever its size. */
export function subsetBytes(
  subsets: number,
  { rays, pixels }: { readonly rays: number; readonly pixels: number },
): number {
  return 4 * (rays + (areSumsKept(subsets, pixels) ? subsets * pixels : pixels));
}

export function areSumsKept(subsets: number, pixels: number): boolean {
  return 4 * subsets * pixels <= mostKeptBytes;
}
