import type { ImagePart } from '@rondel/contracts';
import { partNames } from './part-names.js';
import type { GreyWindow } from './grey-window.js';

interface DownloadsProps {
  readonly id: string;
  /** What is seen of a complex image; absent for a real one. */
  readonly part?: ImagePart | undefined;
  /** The plane that the PNG shows. */
  readonly plane: { readonly colour: number; readonly frame: number; readonly slice: number };
  readonly window: GreyWindow;
}

const wholeImage = [
  { format: 'npy', title: 'NumPy' },
  { format: 'h5', title: 'HDF5' },
  { format: 'nii.gz', title: 'NIfTI' },
  { format: 'tif', title: 'TIFF' },
  { format: 'dcm', title: 'DICOM' },
] as const;

const isReal = (format: string) => format === 'tif' || format === 'dcm';

/** The whole image as a file, or the plane as it is shown. */
export function Downloads({ id, part, plane, window: { low, high } }: DownloadsProps) {
  const address = (query: Record<string, string>) => `/v1/jobs/${id}/result?${new URLSearchParams(query).toString()}`;
  const { colour, frame, slice } = plane;
  // TIFF, DICOM and PNG have no complex numbers.
  const ofComplex = part === undefined ? {} : { part };
  const shown = { ...ofComplex, ...(colour > 0 && { colour: String(colour) }) };
  const picture = { format: 'png', ...shown, slice: String(slice), frame: String(frame), window: `${low},${high}` };
  return (
    <div class="controls" role="group" aria-label="Downloads">
      <span class="faint">Download</span>
      {wholeImage.map(({ format, title }) => (
        <a
          key={format}
          class="button small"
          href={address({ format, ...(isReal(format) && ofComplex) })}
          download
          title={`The whole image as .${format}${isReal(format) && part !== undefined ? `: its ${partNames[part].toLowerCase()}` : ''}`}
        >
          {title}
        </a>
      ))}
      <a class="button small" href={address(picture)} download title="This plane with this window, 16 bit">
        PNG
      </a>
    </div>
  );
}
