import type { SweepItem } from '@rondel/contracts';
import { ProgressBar } from '../display/progress-bar.js';
import { durationText } from '../display/quantity.js';
import { StateMark } from '../display/state-mark.js';
import { thumbnailAddress } from '../image/grey-scale.js';
import type { GreyWindow } from '../image/grey-window.js';
import { jobAddress } from '../routing/route.js';
import { warningCount, WarningMark } from '../warnings/warning-mark.js';

interface SweepCellProps {
  readonly item: SweepItem;
  /** What it sets. */
  readonly caption: string;
  /** Whether the caption stands below the picture; else axes say it. */
  readonly captioned: boolean;
  /** Of all images of the sweep. */
  readonly scale: GreyWindow | undefined;
}

/** One combination: its image, or how far it is and why it has none. Leads to its job. */
export function SweepCell({ item, caption, captioned, scale }: SweepCellProps) {
  const { job, state, fraction, warnings, error, result, links } = item;
  const standing = item.erased === undefined ? state : 'erased';
  return (
    <a
      class="combination"
      href={jobAddress(job)}
      aria-label={`${caption}: ${[standing, ...(warnings ? [warningCount(warnings)] : [])].join(', ')}`}
    >
      <span class="thumbnail">
        {links.preview === undefined ? (
          <span class="faint">{error === undefined ? standing : <code class="bad-text">{error.code}</code>}</span>
        ) : (
          <img src={scale === undefined ? links.preview : thumbnailAddress(job, scale, 256)} alt="" loading="lazy" />
        )}
      </span>
      {captioned && <span class="caption">{caption}</span>}
      <span class="standing">
        {standing === 'erased' && <span class="state">erased</span>}
        {standing === 'active' && <ProgressBar fraction={fraction} label={`Progress of ${caption}`} />}
        {standing !== 'erased' && standing !== 'active' && <StateMark state={standing} />}
        <WarningMark warnings={warnings} />
        {result !== undefined && <span class="faint number">{durationText(result.seconds)}</span>}
      </span>
      {error !== undefined && (
        <span class="faint clamp" title={error.message}>
          {error.message}
        </span>
      )}
    </a>
  );
}
