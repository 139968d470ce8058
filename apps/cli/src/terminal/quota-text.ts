import type { QuotaName } from '@rondel/contracts';
import { bytesText, numberText, secondsText } from './quantity.js';

/** An amount of what a quota bounds, in its unit; empty where there is none. */
export function quotaText(quota: QuotaName, amount: number | undefined): string {
  if (amount === undefined) return '';
  if (quota.endsWith('Bytes')) return bytesText(amount);
  return quota === 'secondsPerDay' || quota === 'attemptSeconds' ? secondsText(amount) : numberText(amount);
}
