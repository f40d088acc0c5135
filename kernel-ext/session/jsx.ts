// A classic factory made of a library's automatic runtime, so that cells are compiled in one way.

interface Runtime {
  readonly jsx: (type: unknown, props: object, key?: unknown) => unknown;
  readonly jsxs: (type: unknown, props: object, key?: unknown) => unknown;
  readonly Fragment: unknown;
}

type Create = (type: unknown, props: { key?: unknown } | null, ...children: unknown[]) => unknown;

export function jsxFactory(module: Readonly<Record<string, unknown>>): { create: Create; Fragment: unknown } {
  const { jsx, jsxs, Fragment } = (module.jsx ? module : module.default) as Runtime;
  const create: Create = (type, given, ...children) => {
    const { key, ...props } = given ?? {};
    const make = children.length > 1 ? jsxs : jsx;
    const inner = children.length > 1 ? { children } : children.length === 1 ? { children: children[0] } : {};
    return make(type, { ...props, ...inner }, key);
  };
  return { create, Fragment };
}
