export interface ArtifactFacts {
  /** 64 lower-case hex digits; with `artifact:sha256-` in front, the data reference. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface StoredArtifact extends ArtifactFacts {
  /** True when the same bytes were there before. Two that store the same bytes at once may both see false. */
  readonly existed: boolean;
}
