import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface FileDropProps {
  /** Of the button. */
  readonly label: string;
  /** What may be dropped. */
  readonly hint: string;
  /** Extensions that the file dialog offers, separated by commas; all unless given. */
  readonly accept?: string;
  readonly onFile: (file: File) => void;
  readonly children: ComponentChildren;
}

/** Takes one file that is dropped on it or chosen; other ways to give the same stand inside. */
export function FileDrop({ label, hint, accept, onFile, children }: FileDropProps) {
  const [over, setOver] = useState(false);
  return (
    <div
      class={`drop${over ? ' drop-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file !== undefined) onFile(file);
      }}
    >
      <label class="file">
        <span class="button">{label}</span>
        <input
          type="file"
          class="hidden"
          accept={accept}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file !== undefined) onFile(file);
            // The same file may have been changed and is chosen again.
            currentTarget.value = '';
          }}
        />
        <span class="faint">{hint}</span>
      </label>
      {children}
    </div>
  );
}
