interface Build {
  readonly version?: string | undefined;
  readonly commit?: string | undefined;
}

/** Which build of Rondel a process runs; those from before processes said so have none. */
export function BuildMark({ version, commit }: Build) {
  if (version === undefined) return <span class="faint">older, does not say</span>;
  return (
    <>
      {version} {commit !== undefined && <span class="faint mono">{commit}</span>}
    </>
  );
}
