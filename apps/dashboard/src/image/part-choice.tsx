import { imageParts, type ImagePart } from '@rondel/contracts';
import { partNames } from './part-names.js';

interface PartChoiceProps {
  readonly value: ImagePart;
  readonly onChange: (part: ImagePart) => void;
}

/** What is seen of complex values. */
export function PartChoice({ value, onChange }: PartChoiceProps) {
  return (
    <div class="controls" role="group" aria-label="Part of the complex values">
      <span class="faint">Shown</span>
      {imageParts.map((part) => (
        <button key={part} type="button" class="small" aria-pressed={part === value} onClick={() => onChange(part)}>
          {partNames[part]}
        </button>
      ))}
    </div>
  );
}
