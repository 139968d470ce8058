import type { Erasure, Failure } from '@rondel/contracts';
import type { ComponentChildren } from 'preact';
import { useNames } from '../names/names-context.js';
import { jobsAddress } from '../routing/route.js';

interface PageProps {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** Instead of the page of a job that is gone: nothing of it is shown any more, and nothing can be done with it. */
function GonePage({ id, title, children }: PageProps) {
  return (
    <>
      <div class="page-head">
        <h1>{title}</h1>
        <span class="faint mono">{id}</span>
      </div>
      {children}
      <p class="empty">
        <a href={jobsAddress({})}>See the jobs</a>
      </p>
    </>
  );
}

/** A job that was erased from here: what went, and what stays and why. */
export function ErasedJob({ erasure: { id, erased, kept } }: { readonly erasure: Erasure }) {
  const names = useNames();
  return (
    <GonePage id={id} title="Erased job">
      <section class="notice notice-warn erased" role="status" aria-label="Erased">
        <p>{erased.length > 0 ? `The job is erased: ${erased.join(', ')}.` : 'The job was erased before.'}</p>
        {kept.map(({ artifact, reason }) => (
          <p key={artifact}>
            <span class="mono">{names.ofData(artifact)}</span> stays: {reason}
          </p>
        ))}
      </section>
    </GonePage>
  );
}

/** A job that the server does not know, or not any more. */
export function UnknownJob({
  id,
  failure: { code, message, details },
}: {
  readonly id: string;
  readonly failure: Failure;
}) {
  const { erasedAt } = details ?? {};
  if (typeof erasedAt === 'string') {
    return (
      <GonePage id={id} title="Erased job">
        <p class="notice notice-warn" role="status">
          It was erased on <time dateTime={erasedAt}>{new Date(erasedAt).toLocaleString()}</time>. Nothing is left of it
          but that.
        </p>
      </GonePage>
    );
  }
  return (
    <GonePage id={id} title="Unknown job">
      <p class="notice notice-bad" role="alert">
        <code>{code}</code> {message}
      </p>
    </GonePage>
  );
}
