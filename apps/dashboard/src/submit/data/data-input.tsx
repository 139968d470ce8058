import { dataNameFrom, toFailure } from '@rondel/contracts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bytesText } from '../../display/quantity.js';
import { ProgressBar } from '../../display/progress-bar.js';
import { useNames } from '../../names/names-context.js';
import { useServer } from '../../server/server-context.js';
import { DataLook } from './data-look.js';
import { FieldProblem } from '../../fields/field-problem.js';
import { FileDrop } from './file-drop.js';
import { uploadFile } from './upload.js';

interface DataInputProps {
  /** A data reference. */
  readonly value: string;
  readonly problem: string | undefined;
  /** `fileName` only where a file was chosen. */
  readonly onChange: (reference: string, fileName?: string) => void;
}

type Upload =
  | { readonly state: 'none' }
  | { readonly state: 'sending'; readonly name: string; readonly fraction: number }
  | { readonly state: 'done'; readonly name: string; readonly bytes: number; readonly reference: string }
  | { readonly state: 'failed'; readonly name: string; readonly message: string };

/** Raw data: a file that is dropped or chosen, or a reference to data that lies somewhere already. */
export function DataInput({ value, problem, onChange }: DataInputProps) {
  const names = useNames();
  const [upload, start] = useUpload((reference, name) => onChange(reference, names.areHidden ? undefined : name));
  return (
    <FileDrop label="Choose a file" hint="or drop one here: HDF5 (DXchange), .npy, TIFF" onFile={start}>
      <UploadState upload={{ ...upload, ...('name' in upload && { name: names.of(upload.name) }) }} reference={value} />
      <DataLook reference={value} />
      <label class="reference">
        Data reference
        <input
          id="field-data"
          type="text"
          class="mono"
          maxLength={4096}
          spellcheck={false}
          placeholder="artifact:sha256-…, root://NAME/path, job:ID"
          value={value}
          aria-invalid={problem !== undefined}
          aria-describedby="problem-data"
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </label>
      <FieldProblem name="data" problem={problem} />
    </FileDrop>
  );
}

/** Sends one file at a time: a new one takes the place of one that is on its way. */
function useUpload(onDone: DataInputProps['onChange']): [Upload, (file: File) => void] {
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

function UploadState({ upload, reference }: { readonly upload: Upload; readonly reference: string }) {
  switch (upload.state) {
    case 'none':
      return null;
    case 'sending':
      return (
        <p class="upload">
          {upload.name} <ProgressBar fraction={upload.fraction} label={`Upload of ${upload.name}`} />
        </p>
      );
    case 'done':
      // Somebody may have written another reference since.
      if (upload.reference !== reference) return null;
      return (
        <p class="upload" role="status">
          <span class="state state-completed">uploaded</span> {upload.name}, {bytesText(upload.bytes)}
        </p>
      );
    case 'failed':
      return (
        <p class="error-text" role="alert">
          {upload.name} was not uploaded. {upload.message}
        </p>
      );
  }
}
