import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface ConfirmDialogProps {
  readonly question: string;
  /** What happens then. */
  readonly children: ComponentChildren;
  /** Of the button that does it. */
  readonly word: string;
  /** Of the button that does nothing. */
  readonly keep?: string;
  readonly onConfirm: () => void;
  /** Closed, whichever way. */
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. The browser keeps the focus inside, and Escape means no. */
export function ConfirmDialog({ question, children, word, keep = 'Cancel', onConfirm, onClose }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={`${id}-question`} aria-describedby={`${id}-about`} onClose={onClose}>
      <h2 id={`${id}-question`}>{question}</h2>
      <p id={`${id}-about`}>{children}</p>
      <div class="answers">
        <button type="button" autofocus onClick={() => dialog.current?.close()}>
          {keep}
        </button>
        <button
          type="button"
          class="primary"
          onClick={() => {
            dialog.current?.close();
            onConfirm();
          }}
        >
          {word}
        </button>
      </div>
    </dialog>
  );
}
