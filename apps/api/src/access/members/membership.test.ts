import { SubmitterSchema } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inProject } from './chosen-project.js';
import { personOf, saysWho } from './claims.js';
import { readMapping, type Mapping } from './mapping.js';
import { identityOfPerson } from './membership.js';

const mapping: Mapping = {
  members: [
    { group: 'knee', project: 'knee', role: 'reader' },
    { group: 'knee-lab', project: 'knee', role: 'submitter' },
    { group: 'heart', project: 'heart', role: 'operator' },
    { group: 'it', project: 'default', role: 'admin' },
  ],
};
const identity = (groups: string[], name = 'anna') =>
  identityOfPerson({ name, subject: name, groups }, mapping, 'oidc');

describe('whom the mapping lets in', () => {
  it('are those with a group of it, with the most that one of their groups may do, in its order', () => {
    expect(identity(['heart', 'knee-lab', 'knee'])).toEqual({
      name: 'anna',
      project: 'knee',
      role: 'submitter',
      via: 'oidc',
      projects: [
        { project: 'knee', role: 'submitter' },
        { project: 'heart', role: 'operator' },
      ],
    });
    expect(() => identity(['Knee', 'other'])).toThrow('none of their groups ("Knee", "other") has one');
    expect(() => identity([])).toThrow('no group of theirs was named');
    const everybody: Mapping = { members: [{ project: 'default', role: 'reader' }] };
    expect(identityOfPerson({ name: 'a', subject: 'a', groups: [] }, everybody, 'proxy').role).toBe('reader');
  });

  it('work for the project that they choose among their own', () => {
    const anna = identity(['heart', 'knee-lab']);
    expect(inProject(anna, 'heart')).toMatchObject({ project: 'heart', role: 'operator' });
    expect(inProject(anna, 'knee')).toBe(anna);
    for (const other of ['default', 'no-such', 'knee,heart', '']) {
      expect(() => inProject(anna, other)).toThrow('You work here for "knee", "heart".');
    }
    const ida = identity(['knee', 'it']);
    expect(inProject(ida, 'lung')).toMatchObject({ project: 'lung', role: 'admin' });
    expect(inProject(ida, 'knee')).toMatchObject({ role: 'reader' });
    expect(() => inProject(ida, '../etc')).toThrow('no member');
  });

  it('are submitters, and no two of them the same', () => {
    const names = ['anna', 'anna@lab.example', 'änna', 'önna', 'a'.repeat(70), `${'a'.repeat(70)}b`, ' ', '日本', '.x'];
    const submitters = names.map((name) => identity(['knee'], name).name);
    expect(submitters.slice(0, 2)).toEqual(names.slice(0, 2));
    expect(submitters.filter((name) => !Check(SubmitterSchema, name))).toEqual([]);
    expect(new Set(submitters).size).toBe(names.length);
  });
});

describe('claims', () => {
  it('are found by their name or their path, and only texts count', () => {
    const claims = {
      sub: 's',
      'https://lab.example/groups': ['a'],
      realm_access: { roles: ['b', 1, null] },
      name: 'Ann',
    };
    const groupsBy = (groups: string) => personOf(claims, { ...mapping, groups }).groups;
    expect(
      ['https://lab.example/groups', 'realm_access.roles', 'sub', 'constructor.name', 'x.y'].map(groupsBy),
    ).toEqual([['a'], ['b'], ['s'], [], []]);
    expect(personOf(claims, mapping)).toMatchObject({ name: 's', subject: 's' });
    expect(personOf(claims, { ...mapping, name: 'name' }).name).toBe('Ann');
    expect([saysWho(claims, mapping), saysWho(claims, { ...mapping, name: 'name', groups: 'sub' })]).toEqual([
      false,
      true,
    ]);
  });
});

describe('the file of the mapping', () => {
  it('is read, and refused with what is wrong with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rondel-mapping-'));
    const file = join(folder, 'members.toml');
    const read = async (text: string) => {
      await writeFile(file, text);
      return readMapping(file);
    };
    const member = '[[members]]\ngroup = "knee"\nproject = "knee"\n';
    expect(await read(`groups = "realm_access.roles"\n${member}role = "reader"\n`)).toEqual({
      groups: 'realm_access.roles',
      members: [{ group: 'knee', project: 'knee', role: 'reader' }],
    });
    await expect(read(`${member}role = "king"\n`)).rejects.toThrow(
      /--access-mapping .*members\.toml: members\.0\.role/,
    );
    await expect(read(`${member}role = "reader"\nrolle = "admin"\n`)).rejects.toThrow('--access-mapping');
    await expect(read('[[members]\n')).rejects.toThrow('line 1');
    await expect(read('members = []\n')).rejects.toThrow('members');
    await rm(folder, { recursive: true });
    await expect(readMapping(file)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
