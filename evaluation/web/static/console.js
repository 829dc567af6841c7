// Streamlit's own words in Chinese. It has no catalogue of its own, so what it shows is replaced here.
(function () {
  "use strict";
  var exact = {
    "Skip to main content": "跳到正文",
    "Drag and drop file here": "将文件拖到此处",
    "Drag and drop files here": "将文件拖到此处",
    "Browse files": "选择文件",
    "Upload": "选择文件",
    "Choose an option": "请选择",
    "Choose options": "请选择",
    "No results": "没有符合的选项",
    "No options to select.": "没有可选项",
    "No options to select": "没有可选项",
    "Select all": "全选",
    "Clear all": "全部清除",
    "Press Enter to apply": "按回车键确定",
    "Press Enter to submit form": "按回车键提交",
    "Press Ctrl+Enter to apply": "按 Ctrl+回车键确定",
    "Press ⌘+Enter to apply": "按 ⌘+回车键确定",
    "Press Ctrl+Enter to submit form": "按 Ctrl+回车键提交",
    "empty": "无数据",
    "Search": "搜索",
    "Download as CSV": "下载为 CSV 表格",
    "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏",
    "Close": "关闭",
    "Copy to clipboard": "复制",
    "Copied": "已复制",
    "Show/hide columns": "显示或隐藏列",
    "View more": "展开",
    "View less": "收起",
    "Show more": "展开",
    "Show less": "收起",
    "Previous": "上一页",
    "Next": "下一页",
    "Page not found": "没有这个页面",
    "The page that you have requested does not seem to exist. Running the app's main page.": "地址可能写错，或您的岗位没有这个页面。已转到工作台。",
    "The page that you have requested does not seem to exist. Running the app’s main page.": "地址可能写错，或您的岗位没有这个页面。已转到工作台。",
    "Connection error": "与服务器的连接中断",
    "Connecting": "正在连接",
    "Running...": "正在处理",
    "RUNNING...": "正在处理",
    "Stop": "停止",
    "Add row": "增加一行",
    "Delete row(s)": "删除所选行",
    "Sort ascending": "升序排列",
    "Sort descending": "降序排列",
    "Autosize": "自动列宽",
    "Pin column": "固定此列",
    "Unpin column": "取消固定",
    "Hide column": "隐藏此列",
    "Format": "格式",
    "Statistics": "统计",
    "Clear value": "清除",
    "Clear": "清除",
    "Remove": "移除",
    "Show password text": "显示密码",
    "Hide password text": "隐藏密码",
    "Open sidebar": "展开侧栏",
    "Close sidebar": "收起侧栏",
    "Expand sidebar": "展开侧栏",
    "Collapse sidebar": "收起侧栏",
    "Current value": "当前值",
    "Save as SVG": "保存为 SVG 图",
    "Save as PNG": "保存为 PNG 图",
    "View Source": "查看数据源",
    "View Compiled Vega": "查看图形定义",
    "Open in Vega Editor": "在编辑器中打开",
    "Increment value": "增加",
    "Decrement value": "减少"
  };
  var patterns = [
    [/^Limit (\S+) per file(?: • (.*))?$/, function (m) { return "单个文件不超过 " + m[1] + (m[2] ? " · " + m[2] : ""); }],
    [/^(\S+) per file(?: • (.*))?$/, function (m) { return "单个文件不超过 " + m[1] + (m[2] ? " · " + m[2] : ""); }],
    [/^Up to (\S+)(?: • (.*))?$/, function (m) { return "不超过 " + m[1] + (m[2] ? " · " + m[2] : ""); }],
    [/^You can only select up to (\d+) options?\.?.*$/, function (m) { return "最多可选" + m[1] + "项"; }],
    [/^Showing page (\d+) of (\d+)$/, function (m) { return "第" + m[1] + "页，共" + m[2] + "页"; }],
    [/^(\d+)\/(\d+) Press Enter to apply$/, function (m) { return m[1] + "/" + m[2] + " 按回车键确定"; }],
    [/^File must be (\S+) or smaller\.?$/, function (m) { return "文件不得超过 " + m[1]; }],
    [/^(\S+) files are not allowed\.?$/, function (m) { return "不接受 " + m[1] + " 文件"; }]
  ];
  var attributes = ["aria-label", "title", "placeholder", "data-tooltip", "alt"];
  function translated(text) {
    var key = text.trim();
    if (!key || key.length > 90) { return null; }
    if (Object.prototype.hasOwnProperty.call(exact, key)) { return exact[key]; }
    for (var i = 0; i < patterns.length; i += 1) {
      var match = patterns[i][0].exec(key);
      if (match) { return patterns[i][1](match); }
    }
    return null;
  }
  function element(node) {
    for (var i = 0; i < attributes.length; i += 1) {
      var value = node.getAttribute(attributes[i]);
      var better = value && translated(value);
      if (better && better !== value) { node.setAttribute(attributes[i], better); }
    }
  }
  function walk(node) {
    if (node.nodeType === 3) {
      var better = translated(node.data);
      if (better && better !== node.data) { node.data = better; }
      return;
    }
    if (node.nodeType !== 1 || node.closest("textarea, input, code, pre, script, style")) {
      if (node.nodeType === 1) { element(node); }
      return;
    }
    element(node);
    for (var child = node.firstChild; child; child = child.nextSibling) { walk(child); }
  }
  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "childList") { change.addedNodes.forEach(walk); } else if (change.type === "characterData") { walk(change.target); } else { element(change.target); }
    });
    if (document.documentElement.lang !== "zh-CN") { document.documentElement.lang = "zh-CN"; }
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: attributes });
}());
