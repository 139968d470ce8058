export {
  sheppLoganConeScan,
  sheppLoganImage,
  sheppLoganScan,
  transmissionCounts,
  type ConePhantom,
  type CountOptions,
  type PhantomOptions,
} from './phantom/scan.js';
