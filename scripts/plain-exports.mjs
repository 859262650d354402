const GETTER =
  /^Object\.defineProperty\(exports, "([\w$]+)", \{\s+enumerable: true,\s+get: function ?\(\) \{\s+return ([\w$]+);\s+\}\s+\}\);$/gm
const ANY_GETTER = /^Object\.defineProperty\(exports, "/gm

/**
 * Replaces the getters with which Rolldown exports from a chunk by properties: a hundred getters are 5 % of what V8 reads at a
 * start. A variable that is assigned after the chunk has run keeps its getter.
 *
 * @param {string} code of a chunk
 * @throws {Error} if this version of Rolldown writes getters in another form
 */
export function plainExports(code) {
  if (code.match(GETTER)?.length !== code.match(ANY_GETTER)?.length)
    throw new Error('rolldown writes exports in a form that plain-exports.mjs does not know')
  return code.replaceAll(GETTER, (getter, name, binding) =>
    isConstant(code, binding) ? `exports.${name} = ${binding};` : getter,
  )
}

function isConstant(code, binding) {
  const name = binding.replaceAll('$', '\\$')
  return new RegExp(`^(?:const ${name} =|var ${name} = class |(?:async )?function\\*? ${name}\\()`, 'm').test(
    code,
  )
}
