import type { Result } from '@rondel/contracts';
import { ImageFacts } from './image-facts.js';

interface RemovedImageProps {
  readonly result: Result;
  /** When it was removed, RFC 3339. */
  readonly collectedAt: string;
}

/** What is left of an image that was removed from the store. */
export function RemovedImage({ result, collectedAt }: RemovedImageProps) {
  return (
    <>
      <p>
        This image was removed from the store on{' '}
        <time dateTime={collectedAt}>{new Date(collectedAt).toLocaleString()}</time>, as old ones are. The record of the
        job is kept: its plan and its provenance say how to compute the image again.
      </p>
      <ImageFacts result={result} />
    </>
  );
}
