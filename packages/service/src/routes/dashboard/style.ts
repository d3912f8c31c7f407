/** What the dashboard has beyond the reports, whose style it shares. */
export const dashboardStyle = `
.masthead {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px 28px;
  max-width: 1120px;
  margin-inline: auto;
  padding: 14px 32px;
  border-bottom: 1px solid var(--line);
}
.masthead .brand {
  color: var(--text);
  font-weight: 600;
  text-decoration: none;
}
.masthead nav {
  flex: 1;
}
.masthead nav ul {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 20px;
  list-style: none;
}
.masthead nav a {
  display: inline-block;
  padding-block: 5px;
  border-bottom: 2px solid transparent;
  color: var(--muted);
  text-decoration: none;
}
.masthead nav a:hover {
  color: var(--text);
}
.masthead nav a[aria-current] {
  border-color: var(--link);
  color: var(--text);
}
.masthead .who {
  display: flex;
  align-items: center;
  gap: 12px;
  color: var(--muted);
  font-size: 13.5px;
}
.page-header {
  padding-block: 32px 0;
}
main > .page-header {
  max-width: none;
  padding-inline: 0;
}
.page-header .description {
  margin-top: 8px;
}
main section {
  padding-top: 36px;
}
main {
  padding-bottom: 16px;
}
.columns {
  display: grid;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  column-gap: 48px;
}
.standing {
  white-space: nowrap;
}
.standing.passed,
.standing.up {
  color: var(--passed);
}
.standing.failed,
.standing.down {
  color: var(--failed);
}
.standing.errored {
  color: var(--errored);
}
.standing.running {
  color: var(--link);
}
.standing.queued,
.standing.cancelled,
.standing.skipped {
  color: var(--muted);
}
.dot.up {
  background: var(--passed);
}
.dot.down {
  background: var(--failed);
}
.dot.running {
  background: var(--link);
}
.dot.queued {
  border: 2px solid var(--line-strong);
}
.dot.cancelled {
  background: var(--line-strong);
}
.runs td:first-child {
  width: 1%;
}
.runs td:first-child,
.runs thead th:first-child {
  padding-right: 24px;
}
table a {
  color: var(--text);
  text-decoration-color: var(--line-strong);
}
table a:hover {
  color: var(--link);
}
.number time {
  white-space: nowrap;
}
.failing {
  list-style: none;
}
.failing .message {
  margin-top: 4px;
  color: var(--muted);
  font-size: 13.5px;
}
.failing h3,
.failing .standing {
  display: inline;
  margin-right: 10px;
}
.servers {
  border-block: 1px solid var(--line);
  list-style: none;
}
.servers li {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 2px 16px;
  padding-block: 8px;
}
.servers li + li {
  border-top: 1px solid var(--line);
}
.servers .aside {
  width: 100%;
  overflow-wrap: anywhere;
}
.servers .name {
  flex: 1;
}
.server h2 {
  display: inline-block;
  margin: 0 14px 0 0;
}
.server .target {
  display: inline-block;
}
form.inline {
  display: flex;
  flex-wrap: wrap;
  align-items: end;
  gap: 12px;
}
form.inline .field {
  min-width: 160px;
}
button.primary {
  border-color: var(--text);
  background: var(--text);
  color: var(--bg);
}
button.primary:hover {
  border-color: var(--link);
  background: var(--link);
}
.page-header .actions {
  margin: 20px 0 0;
}
.actions form {
  display: inline;
}
.page-header form.inline {
  margin-top: 20px;
}
.actions {
  gap: 10px;
}
.pager {
  margin-top: 16px;
}
.history {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
  list-style: none;
}
.history a {
  display: block;
  width: 22px;
  height: 28px;
  border-radius: 4px;
  background: var(--line-strong);
}
.history .passed {
  background: var(--passed);
}
.history .failed {
  background: var(--failed);
}
.history .errored {
  background: var(--errored);
}
.files {
  display: flex;
  flex-wrap: wrap;
  gap: 6px 20px;
  list-style: none;
}
.failures {
  border: 1px solid var(--line);
  border-radius: 8px;
  list-style: none;
}
.failures li {
  padding: 12px 16px;
}
.failures li + li {
  border-top: 1px solid var(--line);
}
.failures h3 .standing {
  margin-right: 10px;
  font-weight: 400;
}
.failures .message {
  margin-top: 4px;
}
.failures .where {
  margin-top: 2px;
}
.sign-in {
  max-width: 420px;
  margin: 12vh auto 0;
  padding: 32px;
}
.sign-in form {
  display: flex;
  flex-direction: column;
  gap: 14px;
  margin-top: 20px;
}
.sign-in .field {
  max-width: none;
}
.sign-in .notice {
  margin-top: 16px;
  border-color: var(--failed);
  background: var(--failed-soft);
}
.sign-in .note {
  margin-top: 20px;
}
.columns > section .trend {
  margin-top: 0;
}
@media (max-width: 860px) {
  .columns {
    grid-template-columns: minmax(0, 1fr);
  }
}
@media (max-width: 720px) {
  .masthead {
    padding: 12px 16px;
  }
  .masthead nav {
    order: 3;
    flex-basis: 100%;
    font-size: 14px;
  }
  .masthead nav ul {
    column-gap: 14px;
  }
  .masthead .who {
    margin-left: auto;
  }
  .wide {
    display: none;
  }
  .page-header {
    padding-block: 22px 0;
  }
  table:not(.bars) {
    display: table;
  }
  .scroll {
    overflow-x: auto;
  }
  .sign-in {
    margin-top: 4vh;
    padding: 16px;
  }
}
@media (forced-colors: active) {
  .history a,
  .standing .dot {
    forced-color-adjust: none;
  }
}
`;
