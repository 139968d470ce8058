import { dataNameFrom, toFailure } from '@rondel/contracts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useServer } from '../../server/server-context.js';
import { uploadFile } from './upload.js';

/** A file on its way to the server. */
export type Upload =
  | { readonly state: 'none' }
  | { readonly state: 'sending'; readonly name: string; readonly fraction: number }
  | { readonly state: 'done'; readonly name: string; readonly bytes: number; readonly reference: string }
  | { readonly state: 'failed'; readonly name: string; readonly message: string };

/** Sends one file at a time: a new one takes the place of one that is on its way. */
export function useUpload(onDone: (reference: string, fileName?: string) => void): [Upload, (file: File) => void] {
  const server = useServer();
  const [upload, setUpload] = useState<Upload>({ state: 'none' });
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = (file: File) => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    const { name } = file;
    const say = (next: Upload) => {
      if (!signal.aborted) setUpload(next);
    };
    say({ state: 'sending', name, fraction: 0 });
    uploadFile(server, file, { signal, onProgress: (fraction) => say({ state: 'sending', name, fraction }) }).then(
      (reference) => {
        say({ state: 'done', name, bytes: file.size, reference });
        if (!signal.aborted) onDone(reference, dataNameFrom(name));
      },
      (error: unknown) => say({ state: 'failed', name, message: toFailure(error).message }),
    );
  };
  return [upload, start];
}
