/** Tags of TIFF 6.0, section 8 and 19. */
export const tags = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  description: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  resolutionUnit: 296,
  software: 305,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
} as const;

/** Field types of TIFF 6.0, section 2, and of BigTIFF. */
export const fieldTypes = { ascii: 2, short: 3, long: 4, rational: 5, long8: 16 } as const;

/** What a file begins with: byte order, then 42, or 43 for BigTIFF, whose offsets have 64 bits. */
export const classicVersion = 42;
export const bigVersion = 43;
