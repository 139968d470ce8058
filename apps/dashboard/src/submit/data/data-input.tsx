import { useNames } from '../../names/names-context.js';
import { DataLook } from './data-look.js';
import { FieldProblem } from '../../fields/field-problem.js';
import { FileDrop } from './file-drop.js';
import { UploadState } from './upload-state.js';
import { useUpload } from './use-upload.js';

interface DataInputProps {
  /** A data reference. */
  readonly value: string;
  readonly problem: string | undefined;
  /** `fileName` only where a file was chosen. */
  readonly onChange: (reference: string, fileName?: string) => void;
}

/** Raw data: a file that is dropped or chosen, or a reference to data that lies somewhere already. */
export function DataInput({ value, problem, onChange }: DataInputProps) {
  const names = useNames();
  const [upload, start] = useUpload((reference, name) => onChange(reference, names.areHidden ? undefined : name));
  return (
    <FileDrop label="Choose a file" hint="or drop one here: HDF5 (DXchange), MDF, .npy, TIFF" onFile={start}>
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
