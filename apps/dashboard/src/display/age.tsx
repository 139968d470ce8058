import { ageText } from './quantity.js';

interface AgeProps {
  /** RFC 3339; it shows when somebody points at it. */
  readonly since: string;
  /** The present moment in milliseconds. */
  readonly now: number;
}

/** How long ago something was. */
export function Age({ since, now }: AgeProps) {
  return (
    <time dateTime={since} title={new Date(since).toLocaleString()}>
      {ageText(since, now)}
    </time>
  );
}
