/** Width and height of a letter's dots; one more column and row keep letters and lines apart. */
export const letterSize = { width: 5, height: 8 } as const;

/** Columns and rows from one letter to the next. */
export const letterPitch = { width: 6, height: 10 } as const;

/**
 * Letters as rows from top to bottom, each row one digit of base 32 whose bits are the five dots from left to right. The
 * eighth row is for what hangs below the line.
 */
const letters: Readonly<Record<string, string>> = {
  ' ': '00000000',
  '!': '44444040',
  '"': 'aaa00000',
  '#': 'aavavaa0',
  $: '4fke5u40',
  '%': 'op248j30',
  '&': 'cik8lid0',
  "'": '44800000',
  '(': '24888420',
  ')': '84222480',
  '*': '04lel400',
  '+': '044v4400',
  ',': '00000c48',
  '-': '000v0000',
  '.': '00000cc0',
  '/': '01248g00',
  '0': 'ehjlphe0',
  '1': '4c4444e0',
  '2': 'eh1248v0',
  '3': 'v2421he0',
  '4': '26aiv220',
  '5': 'vgu11he0',
  '6': '68guhhe0',
  '7': 'v1248880',
  '8': 'ehhehhe0',
  '9': 'ehhf12c0',
  ':': '0cc0cc00',
  ';': '0cc0c480',
  '<': '248g8420',
  '=': '00v0v000',
  '>': '84212480',
  '?': 'eh124040',
  '@': 'ehnlnge0',
  A: 'ehhvhhh0',
  B: 'uhhuhhu0',
  C: 'ehggghe0',
  D: 'sihhhis0',
  E: 'vgguggv0',
  F: 'vgguggg0',
  G: 'ehgnhhf0',
  H: 'hhhvhhh0',
  I: 'e44444e0',
  J: '72222ic0',
  K: 'hikokih0',
  L: 'ggggggv0',
  M: 'hrllhhh0',
  N: 'hhpljhh0',
  O: 'ehhhhhe0',
  P: 'uhhuggg0',
  Q: 'ehhhlid0',
  R: 'uhhukih0',
  S: 'fgge11u0',
  T: 'v4444440',
  U: 'hhhhhhe0',
  V: 'hhhhha40',
  W: 'hhhllla0',
  X: 'hha4ahh0',
  Y: 'hhha4440',
  Z: 'v1248gv0',
  '[': 'e88888e0',
  '\\': '0g842100',
  ']': 'e22222e0',
  '^': '4ah00000',
  _: '0000000v',
  '`': '84200000',
  a: '00e1fhf0',
  b: 'ggmphhu0',
  c: '00egghe0',
  d: '11djhhf0',
  e: '00ehvge0',
  f: '698s8880',
  g: '00fhhf1e',
  h: 'ggmphhh0',
  i: '40c444e0',
  j: '206222ic',
  k: 'ggikoki0',
  l: 'c44444e0',
  m: '00qllhh0',
  n: '00mphhh0',
  o: '00ehhhe0',
  p: '00uhhugg',
  q: '00fhhf11',
  r: '00mpggg0',
  s: '00fge1u0',
  t: '88s88960',
  u: '00hhhjd0',
  v: '00hhha40',
  w: '00hhlla0',
  x: '00ha4ah0',
  y: '00hhhf1e',
  z: '00v248v0',
  '{': '24484420',
  '|': '44444440',
  '}': '84424480',
  '~': '008l2000',
  λ: 'o44aahh0',
  μ: '00hhhugg',
  ρ: '00ehhugg',
  σ: '00fihhe0',
};

/** Stands for every letter that there is none for. */
const unknownLetter = 'vhhhhhv0';

/** Calls `dot` for every dot of a text that begins at column 0, row 0. */
export function drawLetters(text: string, dot: (column: number, row: number) => void): void {
  Array.from(text).forEach((letter, index) => {
    const rows = Object.hasOwn(letters, letter) ? (letters[letter] ?? unknownLetter) : unknownLetter;
    for (let row = 0; row < letterSize.height; row++) {
      const dots = Number.parseInt(rows.charAt(row), 32);
      for (let column = 0; column < letterSize.width; column++) {
        if ((dots >> (letterSize.width - 1 - column)) & 1) dot(index * letterPitch.width + column, row);
      }
    }
  });
}
