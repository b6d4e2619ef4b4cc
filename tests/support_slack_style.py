"""The style sheet of `support_slack_look`: Slack's light theme, as far as blocks need it."""

STYLE = """
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/22px Lato, "Noto Sans", "Noto Color Emoji", sans-serif; }
main { padding: 16px; background: #f8f8f8; display: flex; flex-direction: column; gap: 16px; }
a { color: #1264a3; text-decoration: none; }
a.mention { background: rgba(29,155,209,.1); border-radius: 3px; padding: 0 2px 1px; }
code { color: #e01e5a; background: rgba(29,28,29,.04); border: 1px solid rgba(29,28,29,.13); border-radius: 3px;
  padding: 2px 3px 1px; font: 12px/18px "DejaVu Sans Mono", monospace; }
blockquote { margin: 2px 0; padding-left: 12px; border-left: 4px solid #ddd; }
hr { border: 0; border-top: 1px solid rgba(29,28,29,.13); margin: 0; }
button { font: bold 13px/1 Lato, "Noto Sans", sans-serif; height: 28px; padding: 0 12px 1px; border-radius: 8px;
  border: 1px solid rgba(29,28,29,.3); background: #fff; color: #1d1c1d; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
button.danger { color: #e01e5a; border-color: #e01e5a; }
.avatar { width: 36px; height: 36px; border-radius: 8px; display: grid; place-items: center; flex: none;
  font: bold 18px/1 "Noto Color Emoji", Lato, sans-serif; color: #fff; }
.emoji { width: 16px; height: 16px; vertical-align: -3px; }
.avatar.easel { background: #f3e8d6; }
.avatar svg { width: 100%; }
.avatar.person { background: #4a6b8a; }
.pane { background: #fff; border: 1px solid rgba(29,28,29,.13); border-radius: 8px; padding-bottom: 14px; }
.pane .title { padding: 12px 16px; border-bottom: 1px solid rgba(29,28,29,.13); margin-bottom: 8px; }
.pane .title b { font-size: 18px; } .pane .title span { color: #616061; font-size: 13px; margin-left: 8px; }
.count { display: flex; align-items: center; gap: 12px; padding: 4px 16px; color: #616061; font-size: 13px; }
.count hr { flex: 1; }
.only { color: #616061; font-size: 12px; padding: 6px 20px 0 60px; }
.message { display: flex; gap: 8px; padding: 8px 20px 4px 16px; }
.said { flex: 1; min-width: 0; }
.head { display: flex; align-items: center; gap: 5px; line-height: 18px; }
.head b { font-weight: 900; } .head time { color: #616061; font-size: 12px; margin-left: 3px; }
.app { background: rgba(29,28,29,.13); color: #616061; font: bold 10px/14px Lato, "Noto Sans"; border-radius: 2px;
  padding: 0 3px; }
.files { margin-top: 6px; display: grid; gap: 6px; max-width: 480px; }
.files img { width: 100%; border-radius: 8px; border: 1px solid rgba(29,28,29,.13); display: block; }
.files.n1 { max-width: 360px; } .files.n2, .files.n3 { grid-template-columns: 1fr 1fr; }
.block { margin: 4px 0 8px; overflow-wrap: anywhere; }
.block.section { display: flex; gap: 16px; align-items: flex-start; }
.words { flex: 1; min-width: 0; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 12px; }
.thumb { width: 88px; height: 88px; object-fit: cover; border-radius: 8px; flex: none; }
.wide { max-width: 100%; max-height: 360px; border-radius: 8px; display: block; }
.block.header { font-weight: 900; font-size: 18px; line-height: 24px; margin: 10px 0 6px; }
.block.divider { margin: 16px 0; }
.block.context { display: flex; flex-wrap: wrap; column-gap: 10px; color: #616061; font-size: 13px; line-height: 18px; }
.block.context img { width: 20px; height: 20px; border-radius: 4px; }
.block.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.block.input { margin: 0 0 18px; }
label { display: block; font-weight: 900; margin-bottom: 6px; }
.optional { font-weight: 400; color: #616061; }
.hint { color: #616061; font-size: 13px; line-height: 18px; margin-top: 4px; font-weight: 400; }
.select { height: 36px; min-width: 216px; border: 1px solid rgba(29,28,29,.4); border-radius: 8px; padding: 0 12px;
  display: flex; align-items: center; justify-content: space-between; color: #616061; background: #fff; }
.actions .select { height: 28px; font-size: 13px; max-width: 320px; }
.select i { width: 7px; height: 7px; border: solid #616061; border-width: 0 2px 2px 0; transform: rotate(45deg);
  margin: -4px 2px 0 12px; }
.area, .line { border: 1px solid rgba(29,28,29,.4); border-radius: 8px; padding: 8px 12px; color: #868686; }
.area { min-height: 88px; }
.check { display: flex; gap: 8px; } .check b { width: 16px; height: 16px; border: 1px solid #616061; margin-top: 3px;
  border-radius: 3px; flex: none; } .check b.ticked { background: #1264a3; border-color: #1264a3; }
.drop { border: 1px dashed rgba(29,28,29,.4); border-radius: 8px; padding: 14px; display: flex; align-items: center;
  gap: 12px; justify-content: center; color: #616061; font-size: 13px; }
.modal { width: 520px; background: #fff; border-radius: 12px; box-shadow: 0 0 0 1px rgba(29,28,29,.13),
  0 18px 48px rgba(0,0,0,.25); align-self: center; }
.modal .top { display: flex; align-items: center; gap: 12px; padding: 20px 24px 14px; font-size: 22px; }
.modal .top b { flex: 1; font-weight: 900; } .modal .top i { font-style: normal; color: #616061; font-size: 16px; }
.modal .body { padding: 4px 28px 8px; }
.modal .foot { display: flex; justify-content: flex-end; gap: 12px; padding: 16px 24px 20px; }
.modal .foot button { height: 36px; font-size: 15px; padding: 0 14px; min-width: 80px; }
.home { background: #fff; border: 1px solid rgba(29,28,29,.13); border-radius: 8px; }
.home .title { display: flex; align-items: center; gap: 10px; padding: 12px 16px 8px; font-size: 18px; }
.home .title b { font-weight: 900; } .home .title .avatar { width: 28px; height: 28px; font-size: 15px; }
.home .tabs { display: flex; gap: 18px; padding: 0 16px; border-bottom: 1px solid rgba(29,28,29,.13);
  font-size: 13px; color: #616061; }
.home .tabs b { color: #1d1c1d; border-bottom: 2px solid #1d1c1d; padding-bottom: 6px; }
.home > .body { max-width: 680px; margin: 0 auto; padding: 16px 24px 24px; }
"""
