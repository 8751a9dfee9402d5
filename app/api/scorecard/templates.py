"""The frames of the scorecard's pages 页面框架."""

from string import Template

_TOP = """\
<!doctype html>
<html lang="zh-CN">
<head>
$head
<link rel="stylesheet" href="$scorecard_css">
<meta name="robots" content="noindex">
"""

BAR = Template("""\
<nav class="bar scorecard-bar" aria-label="页面"><a class="home" href="$root/">师训</a>
<a href="$root/scorecard">绩效评级</a>$who
<form method="post" action="$root/scorecard/sign-out"><input type="hidden" name="form" value="$form">
<button class="plain">退出</button></form></nav>""")

SIGN_IN = Template(
    _TOP
    + """\
<title>登录 · 绩效评级 · 师训</title>
</head>
<body>
<main class="start scorecard sign-in">
<header><img src="$favicon" alt=""><h1>绩效评级</h1></header>
$hint
<form method="post" action="$root/scorecard/sign-in">
<input type="hidden" name="form" value="$form">
<label>账号 <input name="username" autocomplete="username" autocapitalize="none" maxlength="100" required></label>
<label>密码 <input name="password" type="password" autocomplete="current-password" maxlength="200" required></label>
<button>登录</button>
</form>
$demo
<footer>由教体局各科室和教师进修学校查看。</footer>
</main>
</body>
</html>
"""
)

REFUSED = Template(
    _TOP
    + """\
<title>绩效评级 · 师训</title>
</head>
<body>
$bar
<main class="start scorecard">
<h1>$title</h1>
<p class="refusal" role="alert">$detail</p>
$more
</main>
</body>
</html>
"""
)

CARD = Template(
    _TOP
    + """\
<title>$year 年绩效评级 · 师训</title>
</head>
<body>
$bar
<main class="start scorecard">
<header class="title"><div><h1>$year 年绩效评级</h1><p class="quiet">$label</p></div>
<nav class="years" aria-label="年度">$years</nav></header>
<section class="summary">
$ring
<dl class="totals">
$totals
</dl>
<div class="aside">$frozen</div>
</section>
<nav class="tools" aria-label="办理"><a class="more" href="$root/scorecard/$year/what-if">假设测算</a>
<a class="more" href="$root/scorecard/$year/snapshots">冻结与核对</a>
<a class="more" href="$root/scorecard/$year/table.xlsx">下载评级表（xlsx）</a>
<a class="more" href="$root/scorecard/$year/files.zip">打包下载佐证（zip）</a></nav>
$empty
<section><h2>五个部分</h2><ul class="bars parts">
$parts
</ul></section>
<div class="columns">
<section><h2>失分最多</h2>
$costliest
</section>
<section><h2>谁还欠什么</h2>
$owed
</section>
</div>
<section><h2>有数量要求的事实</h2><ul class="tiles">
$figures
</ul></section>
<section><h2>历年</h2>
<p class="legend"><span><i class="key waiting"></i>自评</span><span><i class="key decided"></i>评定</span>
<span><i class="key mark"></i>冻结上报</span></p>
<div class="scroll">$history</div></section>
<section class="table"><h2>评级表</h2>
$table
</section>
<footer>数据截至 $as_of。每个数字都由其下的记录得出，点开可见。<br>依据 <code>$policy</code></footer>
</main>
</body>
</html>
"""
)

_PAGE = (
    _TOP
    + """\
<title>$title · $year 年绩效评级 · 师训</title>
</head>
<body>
$bar
<main class="start scorecard">
<header class="title"><div><p class="quiet"><a href="$back">← $origin</a></p><h1>$title</h1></div></header>
"""
)
_END = """
</main>
</body>
</html>
"""

INDICATOR = Template(
    _PAGE
    + """\
$alert
$stack
$marks
<section class="table"><article>
$requirements
</article></section>
<section id="records"><h2>数据来源</h2>
$tabs
$records
$more
</section>"""
    + _END
)

RECORD = Template(
    _PAGE
    + """\
<dl class="record">
$facts
</dl>
$own
<footer>$footer</footer>"""
    + _END
)

WHAT_IF = Template(
    _PAGE
    + """\
<p class="quiet">把数量或分数改成假设的值，看分数会怎样；只测算，不保存任何内容。</p>
$alert
$outcome
<form class="what-if" method="get" action="$action#outcome">
$fields
<p class="send"><button>测算</button> <a href="$action">清空</a></p>
</form>"""
    + _END
)

SNAPSHOTS = Template(
    _PAGE
    + """\
$told
$alert
<section id="freeze"><h2>冻结上报</h2>
$freeze
</section>
<section><h2>冻结记录</h2>
$list
$more
</section>"""
    + _END
)

SNAPSHOT = Template(
    _PAGE
    + """\
$intact
<dl class="record">
$facts
</dl>
<section><h2>冻结时的分数</h2>
$table
</section>
<footer>“内容”是冻结时原样保存的文本，对它计算 SHA-256 应得到上面的摘要：<code>sha256sum 文件名</code>。</footer>"""
    + _END
)
