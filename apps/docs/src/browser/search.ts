import { find, type Entry } from './find.js';

const input = element('#search', HTMLInputElement);
const list = element('#found', HTMLUListElement);
let entries: Promise<Entry[]> | undefined;

input.addEventListener('focus', () => void index());
input.addEventListener('input', () => void show());
input.form?.addEventListener('submit', (event) => {
  event.preventDefault();
  list.querySelector('a')?.click();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') list.hidden = true;
});
document.addEventListener('click', ({ target }) => {
  if (target instanceof Node && !list.contains(target)) list.hidden = true;
});

// On a slow connection somebody may have typed before this ran.
if (input.value !== '') void show();

/** Fetched when somebody begins to search. */
function index(): Promise<Entry[]> {
  entries ??= fetch('/help/search.json').then((answer) => answer.json() as Promise<Entry[]>);
  return entries;
}

async function show(): Promise<void> {
  const found = find(await index(), input.value);
  list.replaceChildren(...found.map(itemOf));
  if (found.length === 0) list.append(Object.assign(document.createElement('li'), { textContent: 'Nothing found' }));
  list.hidden = input.value.trim() === '';
}

function itemOf({ page, title, address }: Entry): HTMLLIElement {
  const item = document.createElement('li');
  const link = Object.assign(document.createElement('a'), { href: address, textContent: title || page });
  item.append(link);
  if (title !== '') item.append(Object.assign(document.createElement('small'), { textContent: page }));
  return item;
}

function element<T extends Element>(selector: string, kind: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return found;
}
