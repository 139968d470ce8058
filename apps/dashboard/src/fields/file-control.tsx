import { ProgressBar } from '../display/progress-bar.js';
import { useNames } from '../names/names-context.js';
import { useUpload } from '../submit/data/use-upload.js';
import { withReference } from './with-reference.js';

interface FileControlProps {
  /** Attributes that every control has. */
  readonly common: { readonly id: string; readonly 'aria-invalid': boolean; readonly 'aria-describedby': string };
  readonly several: boolean;
  readonly text: string;
  readonly placeholder: string;
  readonly onChange: (text: string) => void;
}

/** A data reference of a property, written or that of a file which is chosen; a further file joins a list. */
export function FileControl({ common, several, text, placeholder, onChange }: FileControlProps) {
  const names = useNames();
  const [upload, start] = useUpload((reference) => onChange(several ? withReference(text, reference) : reference));
  return (
    <>
      <input
        {...common}
        type="text"
        class="mono"
        maxLength={several ? 65_536 : 4096}
        spellcheck={false}
        placeholder={placeholder}
        value={text}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <label class="file">
        <span class="button">Choose a file</span>
        <input
          type="file"
          class="hidden"
          aria-label={`File for ${common.id}`}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file !== undefined) start(file);
            // The same file may have been changed and is chosen again.
            currentTarget.value = '';
          }}
        />
      </label>
      {upload.state === 'sending' && (
        <ProgressBar fraction={upload.fraction} label={`Upload of ${names.of(upload.name)}`} />
      )}
      {upload.state === 'failed' && (
        <p class="error-text" role="alert">
          {names.of(upload.name)} was not uploaded. {upload.message}
        </p>
      )}
    </>
  );
}
