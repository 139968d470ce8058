import type { PoolRecord } from '@rondel/contracts';
import { PoolActions } from './pool-actions.js';

export function PoolTable({ pools }: { readonly pools: readonly PoolRecord[] }) {
  return (
    <div class="table-frame">
      <table aria-label="Pools">
        <thead>
          <tr>
            <th>Pool</th>
            <th class="number">Waiting jobs</th>
            <th class="number">Running</th>
            <th class="number">Slots</th>
            <th class="number">Workers</th>
            <th class="wide">Load</th>
            <th>
              <span class="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {pools.map((pool) => (
            <PoolRow key={pool.name} pool={pool} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PoolRow({ pool }: { readonly pool: PoolRecord }) {
  const { name, waiting, running, slots, workers, paused } = pool;
  return (
    <tr>
      <td>
        <strong>{name}</strong> {paused && <span class="state state-waiting">paused</span>}
      </td>
      <td class="number">{waiting}</td>
      <td class="number">{running}</td>
      <td class="number">{slots}</td>
      <td class="number">{workers}</td>
      <td class="wide">
        {slots > 0 ? (
          <meter min={0} max={slots} value={running} aria-label={`Load of pool ${name}`} />
        ) : (
          <span class="faint">{waiting > 0 ? 'no worker serves this pool' : 'no workers'}</span>
        )}
      </td>
      <td class="actions">
        <PoolActions pool={pool} />
      </td>
    </tr>
  );
}
