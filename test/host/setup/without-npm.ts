/**
 * The environment without what npm tells the scripts that it runs: a program that outlives the script, or another npm,
 * would take it for its own settings.
 */
export function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|init_cwd$)/i.test(name)));
}
