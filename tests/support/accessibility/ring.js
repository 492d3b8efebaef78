// The ring around what has the focus: its width, and how it contrasts with what it lies between and with what was there before.
element => {
  const style = getComputedStyle(element);
  const parsed = text => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return {rgb: [red, green, blue], alpha};
  };
  const behind = one => {  // the colour of a background, with what shines through it
    const layers = [];
    for (; one; one = one.parentElement) {
      const layer = parsed(getComputedStyle(one).backgroundColor);
      layers.push(layer);
      if (layer.alpha === 1) break;
    }
    const page = matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
    return layers.reduceRight((under, {rgb, alpha}) => rgb.map((part, at) => part * alpha + under[at] * (1 - alpha)), page);
  };
  const light = rgb => {
    const [red, green, blue] = rgb.map(part => part / 255).map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * red + .7152 * green + .0722 * blue;
  };
  const contrast = (one, other) => {
    const [least, most] = [light(one), light(other)].sort((a, b) => a - b);
    return (most + .05) / (least + .05);
  };
  const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  const offset = parseFloat(style.outlineOffset);
  // Computed shadows are written "rgb(...) 0px 0px 0px 2px", the uppermost first.
  const shadows = [...style.boxShadow.matchAll(/(rgba?\([^)]*\)) 0px 0px 0px ([\d.]+)px(?! inset)/g)].map(([, colour, spread]) => ({rgb: parsed(colour).rgb, spread: Number(spread)}));
  const at = distance => shadows.find(({spread}) => spread > distance)?.rgb;
  const own = behind(element), around = behind(element.parentElement);
  const inward = offset < 0;
  const inside = inward ? own : offset > 0 ? at(0) ?? around : own;
  const outside = inward ? own : at(offset + width) ?? around;
  const ring = parsed(style.outlineColor).rgb;
  return {
    width,
    inside: contrast(ring, inside),
    outside: contrast(ring, outside),
    before: contrast(ring, inward ? own : around),
  };
}
