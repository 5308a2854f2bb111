import { expect, it } from 'vitest';
import { empty, resolve } from './resolving.ts';

it('finds the source root from the package clause', async () => {
  const { to, context } = await resolve({
    'mod/src/test/java/com/acme/AppTest.java': `package com.acme;
import com.acme.util.Strings;
import com.acme.util.Strings.Joiner;
import static com.acme.util.Strings.join;
import static com.acme.util.Strings.*;
import com.acme.util.*;
import java.util.Map.Entry;
import org.junit.*;
import com.acme.Gone;`,
    ...empty('mod/src/main/java/com/acme/util/Strings.java'),
  });
  const strings = 'mod/src/main/java/com/acme/util/Strings.java';
  expect(to).toEqual({
    'com.acme.util.Strings': strings,
    'com.acme.util.Strings.Joiner': strings,
    'com.acme.util.Strings.join': strings,
    'com.acme.util.Strings.*': strings,
    'com.acme.util.*': 'mod/src/main/java/com/acme/util',
    'java.util.Map.Entry': '<java.util>',
    'org.junit.*': '<org.junit>',
    'com.acme.Gone': '',
  });
  expect(context.absent.slice(0, 2)).toEqual([
    'mod/src/test/java/com/acme/util/Strings.java',
    'mod/src/test/java/com/acme/util/Strings/Joiner.java',
  ]);
});
