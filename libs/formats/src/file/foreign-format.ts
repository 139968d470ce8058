import type { OpenedFile } from './opened-file.js';

/** A format that is told from its content and not read. */
interface ForeignFormat {
  readonly name: string;
  readonly magic: readonly number[];
  /** Where the magic stands. */
  readonly at?: number;
  /** How to store the same as something that is read. */
  readonly help: string;
}

const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

const foreignFormats: readonly ForeignFormat[] = [
  {
    name: 'a DICOM file',
    magic: ascii('DICM'),
    at: 128,
    help: 'Its pixels become an array with numpy.save("scan.npy", pydicom.dcmread(path).pixel_array).',
  },
  {
    name: 'a NIfTI file',
    magic: ascii('n+1'),
    at: 344,
    help: 'Store it with numpy.save("scan.npy", nibabel.load(path).get_fdata()).',
  },
  {
    name: 'a ZIP archive that begins neither with a .npy nor with a .tif file',
    magic: [0x50, 0x4b, 3, 4],
    help: 'Pack the TIFF files of one scan alone, or store its arrays with numpy.savez.',
  },
  { name: 'compressed with gzip', magic: [0x1f, 0x8b], help: 'Unpack it with gunzip first.' },
  {
    name: 'a MATLAB file of version 5',
    magic: ascii('MATLAB 5.0 MAT-file'),
    help: "Save it with save(..., '-v7.3'), which makes HDF5, and name the variable: scan.mat#/counts.",
  },
  {
    name: 'a PNG picture',
    magic: [0x89, 0x50, 0x4e, 0x47],
    help: 'Collect the pictures in one TIFF stack or .npy file.',
  },
  {
    name: 'a JPEG picture',
    magic: [0xff, 0xd8, 0xff],
    help: 'Its values are not what was measured; look for the raw data.',
  },
  {
    name: 'a FITS file',
    magic: ascii('SIMPLE  ='),
    help: 'Store it with numpy.save("scan.npy", astropy.io.fits.getdata(path)).',
  },
  {
    name: 'a Zeiss .txrm or .xrm, or another OLE file',
    magic: [0xd0, 0xcf, 0x11, 0xe0],
    help: 'Convert it to DXchange HDF5, e.g. with dxchange.read_xrm_stack and dxchange.write_hdf5.',
  },
  {
    name: 'an EDF file',
    magic: ascii('HeaderID'),
    at: 2,
    help: 'Store the projections in HDF5, or with numpy.save after fabio.open(path).data.',
  },
];

const headBytes = 352;

/** What a file is that is not read, and how to store it, as the end of a sentence about it; undefined for what is not known. */
export async function foreignFormat({ handle }: Pick<OpenedFile, 'handle'>): Promise<string | undefined> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(headBytes), 0, headBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  const found = foreignFormats.find(({ magic, at = 0 }) => magic.every((byte, index) => head[at + index] === byte));
  return found && `is ${found.name}, which Rondel does not read. ${found.help}`;
}
