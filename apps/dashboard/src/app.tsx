import { roleCovers, type Identity, type Role } from '@rondel/contracts';
import { useEffect } from 'preact/hooks';
import { isAsked, useIdentity } from './access/access-context.js';
import { AccessPage } from './access/access-page.js';
import { LoggedIn } from './access/logged-in.js';
import { AlgorithmListPage } from './algorithms/algorithm-list-page.js';
import { FleetPage } from './fleet/fleet-page.js';
import { JobPage } from './job/job-page.js';
import { useKept } from './display/use-kept.js';
import { JobListPage } from './jobs/job-list-page.js';
import { NamesHidden } from './names/names-context.js';
import { submitAddress, type Route } from './routing/route.js';
import { useRoute } from './routing/use-route.js';
import { ConnectionNotice, useConnection } from './server/connection-notice.js';
import { SessionListPage } from './plans/session-list-page.js';
import { SessionPage } from './plans/session-page.js';
import { SubmitPage } from './submit/submit-page.js';
import { SweepListPage } from './sweeps/sweep-list-page.js';
import { SweepPage } from './sweeps/sweep-page.js';

interface PageEntry {
  readonly page: Route['page'];
  readonly address: string;
  readonly title: string;
  /** Who has use for it; everybody unless said. */
  readonly role?: Role;
  /** Only where people say who they are. */
  readonly asked?: true;
}

const pages: readonly PageEntry[] = [
  { page: 'jobs', address: '#/jobs', title: 'Jobs' },
  { page: 'sweeps', address: '#/sweeps', title: 'Sweeps' },
  { page: 'plans', address: '#/plans', title: 'Plans' },
  { page: 'algorithms', address: '#/algorithms', title: 'Algorithms' },
  { page: 'submit', address: '#/submit', title: 'Submit', role: 'submitter' },
  { page: 'fleet', address: '#/workers', title: 'Workers' },
  { page: 'access', address: '#/access', title: 'Access', role: 'admin', asked: true },
];

function pagesFor(identity: Identity): readonly PageEntry[] {
  return pages.filter(
    ({ role, asked = false }) =>
      (role === undefined || roleCovers(identity.role, role)) && (!asked || isAsked(identity)),
  );
}

/** Lists that single things belong to. */
const listOf: Readonly<Partial<Record<Route['page'], Route['page']>>> = { job: 'jobs', sweep: 'sweeps', plan: 'plans' };

/** The frame around every page: where one can go, and whether the server is there. */
export function App() {
  const route = useRoute();
  const facts = useConnection();
  const identity = useIdentity();
  const [namesHidden, keepNamesHidden] = useKept('names-hidden');
  const areHidden = namesHidden !== '';
  useEffect(() => {
    document.title = titleOf(route);
  }, [route]);
  const current = listOf[route.page] ?? route.page;
  return (
    <NamesHidden.Provider value={areHidden}>
      <header class="bar">
        <a class="brand" href="#/jobs">
          <img src="/rondel.svg" width="20" height="20" alt="" /> Rondel
        </a>
        <nav aria-label="Pages">
          {pagesFor(identity).map(({ page, address, title }) => (
            <a key={page} href={address} aria-current={page === current ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <span class="spacer" />
        <LoggedIn />
        <span class={`link-state link-${facts.connection.replace(' ', '-')}`} role="status">
          {facts.connection}
        </span>
        <button
          type="button"
          class="small"
          aria-pressed={areHidden}
          title="Titles, files and values of labels, which may be names of patients, are not shown, and files that are submitted from here give no name"
          onClick={() => keepNamesHidden(areHidden ? '' : 'yes')}
        >
          Hide names
        </button>
        <a href="/help/">Help</a>
        <a href="/docs">
          API<span class="roomy"> reference</span>
        </a>
      </header>
      <ConnectionNotice {...facts} />
      <main>{pageOf(route)}</main>
    </NamesHidden.Provider>
  );
}

function pageOf(route: Route) {
  switch (route.page) {
    case 'jobs':
      return <JobListPage list={route} />;
    case 'job':
      return <JobPage key={route.id} id={route.id} />;
    case 'sweeps':
      return <SweepListPage />;
    case 'sweep':
      return <SweepPage key={route.id} id={route.id} />;
    case 'plans':
      return <SessionListPage />;
    case 'plan':
      return <SessionPage key={route.id} id={route.id} job={route.job} />;
    case 'submit':
      return <SubmitPage key={submitAddress(route)} begin={route} />;
    case 'algorithms':
      return <AlgorithmListPage />;
    case 'fleet':
      return <FleetPage />;
    case 'access':
      return <AccessPage />;
    case 'unknown':
      return <UnknownPage address={route.address} />;
  }
}

function UnknownPage({ address }: { readonly address: string }) {
  const identity = useIdentity();
  return (
    <>
      <div class="page-head">
        <h1>There is no such page</h1>
      </div>
      <p class="empty">
        Nothing is at <code>{address}</code>. There are:
      </p>
      <ul class="page-list">
        {pagesFor(identity).map(({ page, address: known, title }) => (
          <li key={page}>
            <a href={known}>{title}</a> <code class="faint">{known}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

function titleOf(route: Route): string {
  if (route.page === 'job') return `Job ${route.id.slice(-6)} · Rondel`;
  if (route.page === 'sweep') return `Sweep ${route.id.slice(-6)} · Rondel`;
  if (route.page === 'plan') return `Plan ${route.id.slice(-6)} · Rondel`;
  if (route.page === 'unknown') return 'No such page · Rondel';
  const title = pages.find(({ page }) => page === route.page)?.title;
  return title === undefined ? 'Rondel' : `${title} · Rondel`;
}
