const GETTER =
  /^Object\.defineProperty\(exports, "(\w+)", \{\n\tenumerable: true,\n\tget: function\(\) \{\n\t\treturn ([\w$]+);\n\t\}\n\}\);$/gm

/**
 * Writes the exports of a chunk as plain properties. Rolldown writes getters; a hundred of them are 5 % of the code that a
 * start reads. Only variables that are assigned after the chunk has run need a getter.
 */
export function plainExports(code) {
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
