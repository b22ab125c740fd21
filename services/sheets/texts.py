"""What is said about a sheet: each sentence once, in Chinese and in English."""

_TEXTS: dict[str, tuple[str, str]] = {
    # the file
    "empty": (
        "文件是空的，请选对文件再导入。",
        "The file is empty: choose the right file and import it again.",
    ),
    "too_big": (
        "文件超过 5 MB，请删掉图片和多余的工作表，或分成几个文件。",
        "The file is over 5 MB: remove pictures and spare sheets, or split it.",
    ),
    "too_many_rows": (
        "超过 5000 行，请分成几个文件导入。",
        "There are more than 5,000 rows: split the sheet into several files.",
    ),
    "too_wide": (
        "表格太大或合并的单元格太多，请只把有内容的部分复制到一个新表格里再导入。",
        "The sheet or its merged areas are too large: copy only the filled part into a new sheet.",
    ),
    "old_excel": (
        "这是旧版 Excel（.xls）或 WPS（.et）文件，请用“另存为”存成 .xlsx 再导入。",
        "This is an old Excel (.xls) or WPS (.et) file: save it as .xlsx and import that.",
    ),
    "password": (
        "这个文件有打开密码，请去掉密码另存一份再导入。",
        "The file is protected by a password: save a copy without it and import that.",
    ),
    "not_a_sheet": (
        "这不是表格文件，请用 .xlsx 或 .csv 文件，也可以用 doorstep template 生成模板来填。",
        "This is not a sheet: use an .xlsx or .csv file, or fill in the one that doorstep template makes.",
    ),
    "web_page": (
        "这是网页格式的表格，请用 Excel 或 WPS 打开，“另存为”.xlsx 再导入。",
        "This is a web page that looks like a sheet: open it and save it as .xlsx.",
    ),
    "broken": (
        "文件打不开，可能已经损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再试。",
        "The file cannot be opened and may be damaged: open it in Excel or WPS and save it as .xlsx.",
    ),
    "encoding": (
        "文字编码认不出来，请用 Excel 或 WPS 另存为 .xlsx，或“CSV UTF-8”。",
        "The encoding is not known: save the sheet as .xlsx or as CSV UTF-8.",
    ),
    "missing_file": ("找不到文件 {name}，请核对路径。", "There is no file {name}: check the path."),
    "folder": ("{name} 是文件夹，请写出里面的文件名。", "{name} is a folder: name the file in it."),
    "no_headers": (
        "没有找到表头，表头要有“课程编号、课程名称、上课时间”这样的列名；列名不同请用 --map 对应，"
        "或用 doorstep template 生成模板。",
        "No header row was found. It needs names such as code, title and schedule: map others with --map, "
        "or start from doorstep template.",
    ),
    "no_rows": (
        "表头下面没有内容，请填好再导入。",
        "There is nothing below the header row: fill it in and import it again.",
    ),
    # notes on the sheet
    "hidden_rows": ("第 {rows} 行被隐藏，没有导入。", "Rows {rows} are hidden and were not imported."),
    "note_row": (
        "第 {row} 行“{value}”像是说明，没有导入。",
        "Row {row} “{value}” looks like a note; not imported.",
    ),
    "other_sheet": (
        "只读了工作表“{read}”，没有读“{other}”，需要的话请另存后单独导入。",
        "Only the sheet “{read}” was read, not “{other}”: import that one by itself if you need it.",
    ),
    "unknown_column": ("“{column}”这一列没有用到。", "The column “{column}” is not used."),
    "double_column": (
        "“{column}”和“{kept}”是同一个意思，用了后者。",
        "The columns “{column}” and “{kept}” mean the same; the latter is used.",
    ),
    # a map file
    "map_toml": (
        "--map 文件不是正确的 TOML：{error}。",
        "The --map file is not valid TOML: {error}.",
    ),
    "map_section": (
        "--map 文件里的 [{section}] 看不懂，可以用 [columns]、[values.category] 和 [defaults]，"
        '每行写成 名字 = "值"。',
        "[{section}] in the --map file is not understood: use [columns], [values.category] and [defaults], "
        'each line as name = "value".',
    ),
    "map_column": (
        "--map 文件里的列名“{column}”不认识，是不是“{near}”？",
        "The column “{column}” in the --map file is not known; did you mean “{near}”?",
    ),
    # any cell
    "formula": (
        "公式没有算出结果，请打开表格保存一次，或直接填数值。",
        "The formula has no stored result: open and save the sheet, or type the value.",
    ),
    "cell_error": ("公式出错了，请改正或直接填内容。", "The formula failed: correct it or type the value."),
    "too_long": ("太长了，最多 {most} 个字。", "This is too long: at most {most} characters."),
    "column_missing": (
        "缺少“{column}”这一列，请加上；列名不同请写在 --map 的 [columns] 里。",
        "The column “{column}” is missing: add it, or name yours under [columns] in --map.",
    ),
    "blank": ("没有填{column}。", "{named} is blank."),
    "number": (
        "不是数字，请填整数，例如 {example}。",
        "This is not a whole number; write one such as {example}.",
    ),
    "range": ("应在 {least} 到 {most} 之间。", "This should be between {least} and {most}."),
    # courses
    "code": (
        "课程编号不能有空格、逗号，最多 64 个字符，例如 QC-001。",
        "A code has no spaces or commas and at most 64 characters, such as QC-001.",
    ),
    "code_twice": (
        "和第 {other} 行的课程编号重复，请改成不同的编号。",
        "Row {other} has the same code: give each class its own.",
    ),
    "category": (
        "没有这个类别，是不是“{near}”？可选：{all}。",
        "There is no such category; did you mean “{near}”? Choose from: {all}.",
    ),
    "category_none": (
        "没有这个类别，请从这些里选：{all}。",
        "There is no such category. Choose from: {codes}.",
    ),
    "category_guessed": (
        "把类别“{value}”当作“{meant}”；不对请在 --map 的 [values.category] 里写。",
        "The category “{value}” was taken as “{meant}”; if wrong, say so under [values.category] in --map.",
    ),
    "form": ("没有这个形式，请从这些里选：{all}。", "There is no such form. Choose from: {codes}."),
    "mode": ("授课方式请填 线下 或 线上。", "The mode is 线下 (offline) or 线上 (online)."),
    "fee": (
        "看不懂费用，请填数字（整期总价，元），免费就填 0 或 免费，不知道就空着。",
        "The fee is not understood: write the whole price in yuan, 0 or 免费 if free, nothing if not known.",
    ),
    "fee_part": (
        "费用请填整期总价（元），不要按次或按月写。",
        "Write the price of the whole class in yuan, not of one session or month.",
    ),
    "date": ("日期看不懂，请写成 2026-12-05。", "The date is not understood: write 2026-12-05."),
    "moment": (
        "时间看不懂，请写成 2026-12-05 或 2026-12-05 09:00。",
        "The time is not understood: write 2026-12-05 or 2026-12-05 09:00.",
    ),
    "dates_needed": (
        "不知道哪天开课、哪天结课：请填开课日期和结课日期，"
        "全表一样的话请在 --map 的 [defaults] 写 starts_on / ends_on。",
        "The first and last day are not known: fill in starts_on and ends_on, or write them under [defaults] "
        "in --map if they hold for the whole sheet.",
    ),
    "term_needed": (
        "不知道“{term}”从哪天到哪天：请在 --map 的 [defaults] 写 starts_on / ends_on，"
        '例如 starts_on = "2026-09-01"。',
        "It is not known when “{term}” begins and ends: write starts_on and ends_on under [defaults] in "
        '--map, such as starts_on = "2026-09-01".',
    ),
    "dates_order": (
        "结课日期早于开课日期 {starts}，请对调或改正。",
        "This is before the first day, {starts}: swap or correct them.",
    ),
    "ages_order": (
        "年龄上限比下限 {least} 还小，请对调或改正。",
        "This is below the youngest age, {least}: swap or correct them.",
    ),
    "minimum_order": (
        "最低开班人数比名额 {most} 还多，请改正。",
        "More are needed than there are seats, {most}: correct one of them.",
    ),
    "minimum_missing": (
        "写了开班确认日，没写最低开班人数，这一天不会用到。",
        "There is a day to decide and no least number of learners: it is not used.",
    ),
    "enrol_order": (
        "报名截止不晚于报名开始 {opens}，请改正。",
        "Enrolment would close before it opens ({opens}): correct one of them.",
    ),
    "enrol_late": (
        "报名截止在全部课程结束之后，请改到 {last} 以前。",
        "Enrolment would close after the class is over: choose a time before {last}.",
    ),
    "enrol_opens_late": (
        "第一次上课（{first}）时报名还没开始，请提前报名开始，或填写报名截止。",
        "Enrolment would open after the first session ({first}): open it earlier, or say when it closes.",
    ),
    "latitude": (
        "纬度应是 -90 到 90 之间的数，例如 39.0281。",
        "A latitude is between -90 and 90, such as 39.0281.",
    ),
    "longitude": (
        "经度应是 -180 到 180 之间的数，例如 111.0683。",
        "A longitude is between -180 and 180, such as 111.0683.",
    ),
    "swapped": ("经度和纬度好像写反了，请对调。", "Latitude and longitude look swapped: exchange them."),
    "half_place": (
        "经度和纬度要一起填，不知道就都空着。",
        "Give both latitude and longitude, or leave both blank.",
    ),
    "online_place": (
        "线上课没有{column}：请清空这一格，或把授课方式改成 线下。",
        "An online class has no {column}: empty this cell, or change the mode to 线下 (offline).",
    ),
    "online_venue": (
        "线上课不用填地点，“{value}”已放进简介。",
        "An online class has no venue; “{value}” was put into the description.",
    ),
    "no_venue": (
        "线下课没有填地点，居民会不知道去哪里。",
        "This class has no venue: residents would not know where to go.",
    ),
    "unknown_school": (
        "没有这个办学机构，导入时会在最上级机构下新建；写错了请改正。",
        "This school is not known and will be made under the root; correct it if it is a slip.",
    ),
    "skip_unused": (
        "停课日期 {day} 本来就没有课，请核对。",
        "There is no session on {day} to skip: check the date.",
    ),
    "holiday": (
        "这几天放假不上课：{days}；哪个班要照常上课，请在它的停课日期写“节假日照常”。",
        "Public holidays without classes: {days}. A class that meets anyway says “节假日照常” in skips.",
    ),
    "over": (
        "这个班在 {last} 已经结束，居民看不到。",
        "This class was over on {last}; residents will not see it.",
    ),
    "minutes": (
        "写的是每次 {minutes} 分钟，上课时间却是 {real} 分钟，按上课时间算。",
        "It says {minutes} minutes, but the schedule says {real}; the schedule is used.",
    ),
    "sample_row": (
        "这是模板里的示例，没有导入。",
        "This is the template's example row; not imported.",
    ),
    "sample_code": (
        "课程编号还是模板里示例的编号，请换成您自己的。",
        "This is still the code of the template's example row: give the class a code of its own.",
    ),
    "joined_conflict": (
        "合并成一个班的几行里，{column}写得不一样，请写成一样的。",
        "The rows merged into one class differ in {column}: make them the same.",
    ),
    # units
    "level": ("级别请填 县级学院、乡镇学校 或 村点。", "A level is college, school or point."),
    "parent_unknown": (
        "找不到上级“{value}”，请填本表里的机构编号，或 root。",
        "There is no parent “{value}”: give a code of this sheet, or root.",
    ),
    "parent_self": ("上级不能是自己。", "A unit cannot be its own parent."),
    "parent_cycle": (
        "上级绕成了一个圈：{chain}，请改正其中一个。",
        "The parents form a circle ({chain}): correct one of them.",
    ),
    "level_order": (
        "上级“{parent}”的级别不比它高：学院下面是学校，学校下面是村点。",
        "The parent “{parent}” is not of a higher level: college, then school, then point.",
    ),
    "root_code": ("root 是系统自带的总机构，请换一个编号。", "root is built in: choose another code."),
    "phone": (
        "电话看不懂，请只填号码，例如 0912-8712345。",
        "The phone number is not understood; write one such as 0912-8712345.",
    ),
}


def say(key: str, **values: object) -> tuple[str, str]:
    """One sentence in Chinese and in English."""
    chinese, english = _TEXTS[key]
    return chinese.format(**values), english.format(**values)
