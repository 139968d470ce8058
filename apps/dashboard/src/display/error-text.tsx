import { toFailure } from '@rondel/contracts';
import type { Named } from '../names/hidden-names.js';
import { useNames } from '../names/names-context.js';

interface ErrorTextProps {
  readonly error: unknown;
  /** The job that it is about, where there is one: what it is called does not show while names are hidden. */
  readonly about?: Named | undefined;
}

/** Why something could not be done: the sentence of the server with its code. */
export function ErrorText({ error, about }: ErrorTextProps) {
  const { code, message } = toFailure(error);
  const names = useNames();
  return (
    <p class="error-text" role="alert">
      <code>{code}</code> {names.in(message, about)}
    </p>
  );
}
