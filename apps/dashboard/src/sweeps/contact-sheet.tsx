import type { Sweep } from '@rondel/contracts';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';

interface ContactSheetProps {
  readonly sweep: Sweep;
  /** First combination that is shown. */
  readonly from: number;
}

/** The finished images in one grey scale, as the server draws them. */
export function ContactSheet({ sweep, from }: ContactSheetProps) {
  const server = useServer();
  const { id, states, ended, total } = sweep;
  // Every picture is read for it, so it is drawn anew for each tenth of the jobs only.
  const edition = ended === total ? 'complete' : Math.floor((10 * states.completed) / total);
  const { data, error } = useQuery({
    queryKey: ['sheet', id, from, edition, states.completed === 0],
    queryFn: async ({ signal }) => new Response((await server.sweepSheet(id, { from, signal })).body).blob(),
    enabled: states.completed > 0,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const address = useObjectAddress(data);
  if (states.completed === 0) return <p class="empty">There is no image yet.</p>;
  if (error !== null) return <ErrorText error={error} />;
  if (address === undefined) return <p class="empty">Loading ...</p>;
  return (
    <figure class="sheet">
      <img src={address} alt={`Contact sheet of ${states.completed} images in one grey scale`} />
      <figcaption class="faint">
        All in one grey scale. <a href={`/v1/sweeps/${id}/sheet.png?from=${from}`}>Open as PNG</a>
      </figcaption>
    </figure>
  );
}

/** An address for a picture, as long as it is shown. */
function useObjectAddress(picture: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (picture === undefined) return;
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address;
}
