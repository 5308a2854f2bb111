import type { LanguageId } from '../../../src/analysis/languages.ts';

/** Statements of a language around a name; a text of them, one a line, is without syntax errors. */
export interface Statements {
  readonly start?: string;
  readonly end?: string;
  /** The name is in a comment or string. */
  readonly hidden: readonly ((name: string) => string)[];
  /** The name is an identifier. */
  readonly visible: readonly ((name: string) => string)[];
}

const c = [(n: string) => `// ${n} "`, (n: string) => `/* ' ${n} */`];
const script: Statements = {
  hidden: [
    ...c,
    (n) => `f("// ${n}");`,
    (n) => `f('\\'${n}');`,
    (n) => `f(\`" ${n} \${1 + "${n}"}\n${n}\`);`,
    (n) => `f(/["'] ${n}/);`,
  ],
  visible: [
    (n) => `${n}();`,
    (n) => `f(\`" \${${n}} '\`);`,
    (n) => `let ${n} = 1;`,
    (n) => `x.${n} /* " */ = 1;`,
    (n) => `f({ ${n}, get: 1 });`,
  ],
};

export const STATEMENTS: Readonly<Record<LanguageId, Statements>> = {
  typescript: script,
  tsx: {
    hidden: [...script.hidden, (n) => `f(<a b="${n}">don't ${n} {'${n}'}</a>);`],
    visible: [...script.visible, (n) => `f(<a b={${n}}>don't</a>);`],
  },
  javascript: {
    hidden: [...script.hidden, (n) => `f(<a b="${n}">don't ${n}</a>);`],
    visible: [...script.visible, (n) => `f(<a>it's {${n}}</a>);`],
  },
  python: {
    hidden: [
      (n) => `# "${n}`,
      (n) => `f("# ${n}")`,
      (n) => `f('''" ${n}\n${n}''')`,
      (n) => `f(rb'${n}')`,
      (n) => `f(f"{1:${n}} ${n} {{${n}}}")`,
    ],
    visible: [(n) => `${n}()`, (n) => `f(f"' {${n}!r} '")`, (n) => `x.${n} = 1 # "`],
  },
  go: {
    start: 'package a\nfunc g() {',
    end: '}',
    hidden: [...c, (n) => `f("// ${n}")`, (n) => `f(\`" ${n}\n${n}\`)`],
    visible: [(n) => `${n}() // "`, (n) => `x.${n} = '"'`, (n) => `var ${n} int`],
  },
  rust: {
    start: 'fn g() {',
    end: '}',
    hidden: [
      ...c,
      (n) => `/* /* ${n} */ ${n} */`,
      (n) => `f("// ${n}\n${n}");`,
      (n) => `f(r#"" ${n}"#);`,
      (n) => `println!("{} ${n}", 1);`,
    ],
    visible: [(n) => `${n}();`, (n) => `println!("{}", ${n});`, (n) => `let ${n} = '"';`],
  },
  java: {
    start: 'class A { void g() {',
    end: '}}',
    hidden: [...c, (n) => `f("// ${n}");`, (n) => `f("""\n" ${n}\n""");`],
    visible: [(n) => `${n}();`, (n) => `char ${n} = '"';`, (n) => `this.${n} = 1; // "`],
  },
  csharp: {
    start: 'class A { void G() {',
    end: '}}',
    hidden: [
      ...c,
      (n) => `F("// ${n}");`,
      (n) => `F(@"\\ ""${n}");`,
      (n) => `F($"{1:${n}} ${n}");`,
      (n) => `F("""" ${n} """ ${n}"""");`,
    ],
    visible: [(n) => `${n}();`, (n) => `F($"' {${n}} '");`, (n) => `var ${n} = '"';`],
  },
  cpp: {
    hidden: [
      ...c,
      (n) => `auto a = "// ${n}";`,
      (n) => `auto b = R"x(" ${n})" ${n})x";`,
      (n) => `#include <${n}>`,
      (n) => `#define M(a) f(a, "' ${n}") // ${n}`,
    ],
    visible: [(n) => `int ${n} = '"';`, (n) => `#define ${n} 1 // "`, (n) => `#define M g("", ${n}, '"')`],
  },
  ruby: {
    hidden: [
      (n) => `# "${n}`,
      (n) => `=begin\n" ${n}\n=end`,
      (n) => `f("# ${n} #{1 + '${n}'.to_i}")`,
      (n) => `f('" ${n}')`,
      (n) => `f(%w[${n} it's])`,
      (n) => `f(<<~ABC)\n  " ${n}\nABC`,
      (n) => `f(/' ${n}/)`,
    ],
    visible: [(n) => `${n}()`, (n) => `f("' #{${n}} '")`, (n) => `x.${n} = :a # "`, (n) => `g :${n}`],
  },
  php: {
    start: '<?php',
    hidden: [
      ...c,
      (n) => `# ' ${n}`,
      (n) => `f("// ${n} {$x['${n}']}");`,
      (n) => `f('" ${n}');`,
      (n) => `f(<<<ABC\n" ${n}\nABC);`,
      (n) => `f(<<<'ABC'\n" $${n}\nABC);`,
      (n) => `?> <b>don't ${n}</b> <?php`,
    ],
    visible: [
      (n) => `${n}();`,
      (n) => `f("' $${n} '");`,
      (n) => `$x->${n} = 1; // "`,
      (n) => `f("{$x->${n}}");`,
    ],
  },
  bash: {
    hidden: [
      (n) => `# "${n}`,
      (n) => `f "# ${n} $(g '${n}')"`,
      (n) => `f '" ${n}'`,
      (n) => `cat <<ABC\n" ${n}\nABC`,
      (n) => `f $'${n}'`,
    ],
    visible: [(n) => `${n} 1 # "`, (n) => `f "' $${n} '"`, (n) => `${n}=1`, (n) => `f "\${${n}:-1}"`],
  },
  css: {
    hidden: [
      (n) => `/* " ${n} */`,
      (n) => `a { content: "// ${n}"; }`,
      (n) => `a { background: url('${n}'); }`,
    ],
    visible: [
      (n) => `.${n} { top: 0 }`,
      (n) => `a { ${n}: 1px; } /* " */`,
      (n) => `#${n} { color: #facade; }`,
    ],
  },
};
