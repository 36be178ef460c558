/// How every SVG of a run looks, on a light page and on a dark one. The colours follow Okabe and
/// Ito (2008), so that people with any colour vision tell them apart, darkened or lightened to be
/// read against the page.
package let diagramStyle = """
  <style>
  text { font-family: 'DejaVu Sans Mono', 'SF Mono', Menlo, Consolas, monospace; font-size: 15px;
    fill: #1b1f24; paint-order: stroke; stroke: #ffffff; stroke-width: 4px;
    stroke-linejoin: round; }
  .title { font-size: 21px; font-weight: bold; } .name { font-size: 17px; font-weight: bold;
    fill: #ffffff; stroke: none; }
  .problem, .error { fill: #b3261e; font-weight: bold; } .problem { font-size: 16px; }
  .time, .quiet, .folded { fill: #57606a; } .switch { fill: #8a5a00; font-weight: bold; }
  .page { fill: #ffffff; } .fold { fill: #eef1f4; }
  .life { stroke: #8c959f; stroke-width: 1.5; stroke-dasharray: 2 4; }
  .cap { stroke: #57606a; stroke-width: 3; }
  .wait { fill: url(#hatch); stroke: #8c959f; stroke-width: 1; } .hatch { stroke: #8c959f; }
  .hatch-page { fill: #f3f4f6; }
  .time-line { stroke: #d0d7de; stroke-width: 1; } .spawn { stroke: #8c959f; stroke-width: 1.5;
    stroke-dasharray: 6 4; }
  .arrow { fill: none; stroke-width: 2.5; } .open { fill: none; stroke-width: 2.5; }
  .t0 { fill: #1f5fa8; stroke: #1f5fa8; } .t1 { fill: #b4540a; stroke: #b4540a; }
  .t2 { fill: #0b7a5b; stroke: #0b7a5b; } .t3 { fill: #9c3f83; stroke: #9c3f83; }
  .t4 { fill: #6b6100; stroke: #6b6100; } .t5 { fill: #247a96; stroke: #247a96; }
  .t6 { fill: #5b4bb3; stroke: #5b4bb3; } .t7 { fill: #5a5f66; stroke: #5a5f66; }
  .turn, .head, .dot { stroke: none; } line.arrow, path.arrow { fill: none; }
  circle.open { fill: none; }
  .outcome { font-weight: bold; font-size: 17px; } .branch { fill: none; stroke: #8c959f;
    stroke-width: 2; }
  .box { fill: #f3f4f6; stroke: #d0d7de; } .leaf { fill: #ffffff; stroke-width: 2.5; }
  .good { stroke: #0b7a5b; } .notable { stroke: #8a5a00; } .bad { stroke: #b3261e; }
  .box ~ text, .leaf ~ text { stroke: none; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; stroke: #0d1117; } .name { fill: #0d1117; }
    .page { fill: #0d1117; } .fold { fill: #1c232b; } .hatch-page { fill: #1c232b; }
    .problem, .error { fill: #ff8a80; } .time, .quiet, .folded { fill: #9aa4af; }
    .switch { fill: #e3b341; } .time-line { stroke: #30363d; }
    .t0 { fill: #79b8ff; stroke: #79b8ff; } .t1 { fill: #ffab70; stroke: #ffab70; }
    .t2 { fill: #56d4a8; stroke: #56d4a8; } .t3 { fill: #f0a3d8; stroke: #f0a3d8; }
    .t4 { fill: #e3d26f; stroke: #e3d26f; } .t5 { fill: #7fd1e8; stroke: #7fd1e8; }
    .t6 { fill: #b8a9ff; stroke: #b8a9ff; } .t7 { fill: #b1bac4; stroke: #b1bac4; }
    .turn, .head, .dot { stroke: none; } line.arrow, path.arrow, circle.open { fill: none; }
    .box { fill: #1c232b; stroke: #30363d; } .leaf { fill: #0d1117; } .good { stroke: #56d4a8; }
    .notable { stroke: #e3b341; } .bad { stroke: #ff8a80; }
  }
  </style>
  <defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" \
  patternTransform="rotate(45)"><rect class="hatch-page" width="7" height="7"/>\
  <line class="hatch" x1="0" y1="0" x2="0" y2="7" stroke-width="2"/></pattern></defs>
  """
