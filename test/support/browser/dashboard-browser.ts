import type { BrowserContextOptions, Page } from 'playwright-core';
import { openChromium } from './chromium.js';

/** A browser that looks at the dashboard of one server. */
export interface DashboardBrowser {
  /**
   * What went wrong in its pages: errors that nobody caught, violations of the content security policy, requests to
   * anybody but the server.
   */
  readonly complaints: readonly string[];
  /** Opens a page at an address such as `jobs/ID`. */
  open(address: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** @param program A Chromium, see `findChromium`. */
export async function openDashboard(program: string | undefined, url: string): Promise<DashboardBrowser> {
  const browser = await openChromium(program ?? '');
  const complaints: string[] = [];
  return {
    complaints,
    async open(address, options) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
      page.setDefaultTimeout(30_000);
      page.on('request', (request) => {
        const asked = request.url();
        if (!asked.startsWith(url) && !asked.startsWith('blob:')) complaints.push(`${asked} was asked`);
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) complaints.push(message.text());
      });
      await page.goto(`${url}/#/${address}`);
      return page;
    },
    close: () => browser.close(),
  };
}
