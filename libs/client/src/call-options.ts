export interface CallOptions {
  /** Gives the call up; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface SubmitOptions extends CallOptions {
  /** The same key gives the same job, however often the request is sent. @default each request is a job of its own */
  readonly idempotencyKey?: string;
  /** The answer comes when the job has ended, or after so many seconds, 0 to 60. @default 0 */
  readonly waitSeconds?: number;
}

/** Bytes on their way. The caller reads `body` to its end or cancels it. */
export interface Download {
  readonly body: ReadableStream<Uint8Array>;
  /** Absent when the server does not know beforehand. */
  readonly bytes: number | undefined;
  readonly mediaType: string;
}

export interface StoredData {
  /** `artifact:sha256-<hex>` */
  readonly artifact: string;
  readonly sha256: string;
  readonly bytes: number;
  /** True when the store had these bytes already. */
  readonly existed: boolean;
}

export interface PutOptions extends CallOptions {
  /** SHA-256 the bytes must have, 64 hex digits; a difference is refused by the server. @default not compared */
  readonly sha256?: string;
}

/** Bytes that can be read again from any place, such as those of a file. */
export interface UploadSource {
  readonly bytes: number;
  /** The bytes from an offset to the end. */
  readonly read: (offset: number) => Blob | ReadableStream<Uint8Array>;
}

export interface UploadOptions extends PutOptions {
  /** Seconds without a byte that has arrived after which an upload is given up, 0 or more. @default 120 */
  readonly patienceSeconds?: number;
  /**
   * Told how many bytes the server has whenever that is known. A source of Blobs is then sent in pieces of about a second
   * each; of one that streams it is only known after a broken connection and at the end.
   */
  readonly onProgress?: (bytes: number) => void;
}
