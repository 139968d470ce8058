/** A record to be written as `part` and renamed to `path`, on one file system. */
export interface RecordFile {
  readonly part: string;
  readonly path: string;
  readonly text: string;
  /** Where this is, the record goes again once it is written: whoever writes may be slower than whoever erased it. */
  readonly erased: string;
}

/** Why a record was not written; errors lose their codes on the way between threads. */
export interface WriteFault {
  readonly message: string;
  /** The errno name. */
  readonly code: string | undefined;
}
