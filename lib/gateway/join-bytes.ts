const EMPTY = new Uint8Array(0);

/** One view over pieces that lie side by side in one buffer (as frames of one passthrough chunk do), else a copy. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const first = pieces[0];
  if (first === undefined) return EMPTY;
  if (pieces.length === 1) return first;
  let end = first.byteOffset + first.length;
  for (let n = 1; n < pieces.length; n += 1) {
    const piece = pieces[n];
    if (piece === undefined) continue;
    if (piece.buffer !== first.buffer || piece.byteOffset !== end) return Buffer.concat(pieces);
    end += piece.length;
  }
  return new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset);
}
