const hourMs = 3600 * 1000;

/** Chooses which of many files go so that there is room again: those that were used longest ago. */
export interface RoomMaker {
  /** Notes a file that may go. */
  offer(file: { readonly bytes: number; readonly usedAt: number }): void;
  /** After all were offered: which of them go, asked once for each in any order. */
  choose(bytesNeeded: number): (file: { readonly bytes: number; readonly usedAt: number }) => boolean;
}

/** Remembers only how many bytes were last used in each hour, whatever the number of files. */
export function createRoomMaker(): RoomMaker {
  const bytesOfHour = new Map<number, number>();
  const hourOf = (usedAt: number) => Math.floor(usedAt / hourMs);
  return {
    offer({ bytes, usedAt }) {
      bytesOfHour.set(hourOf(usedAt), (bytesOfHour.get(hourOf(usedAt)) ?? 0) + bytes);
    },
    choose(bytesNeeded) {
      let missing = bytesNeeded;
      let last = -Infinity;
      for (const [hour, bytes] of [...bytesOfHour].sort(([a], [b]) => a - b)) {
        if (missing <= 0) break;
        last = hour;
        if (bytes >= missing) break;
        missing -= bytes;
      }
      return ({ bytes, usedAt }) => {
        if (bytesNeeded <= 0 || hourOf(usedAt) > last) return false;
        if (hourOf(usedAt) < last) return true;
        if (missing <= 0) return false;
        missing -= bytes;
        return true;
      };
    },
  };
}
