import { connect } from '@rondel/client';
import { QueryClient, QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { AccessGate } from './access/access-gate.js';
import { noticingFetch } from './access/refusals.js';
import { App } from './app.js';
import { ServerContext } from './server/server-context.js';
import './style/tokens.css';
import './style/layout.css';
import './style/controls.css';
import './style/pages.css';
import './style/sweeps.css';
import './style/jobs.css';
import './style/warnings.css';
import './style/access.css';

const client = connect({ url: window.location.origin, fetch: noticingFetch });
// Polling tries again by itself, and the page says meanwhile that nobody answers.
const queries = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });

const root = document.getElementById('page');
if (root === null) throw new Error('index.html has no element with the id "page".');
render(
  <ServerContext.Provider value={client}>
    <QueryClientProvider client={queries}>
      <AccessGate>
        <App />
      </AccessGate>
    </QueryClientProvider>
  </ServerContext.Provider>,
  root,
);
