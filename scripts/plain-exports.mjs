const GETTER =
  /^Object\.defineProperty\(exports, "(\w+)", \{\n\tenumerable: true,\n\tget: function\(\) \{\n\t\treturn ([\w$]+);\n\t\}\n\}\);$/gm

/**
 * Writes what a chunk exports as plain properties. Rolldown makes getters, a hundred of which are five in a hundred of
 * what a start reads; only what is assigned after the chunk has run needs one, and that is a variable.
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
