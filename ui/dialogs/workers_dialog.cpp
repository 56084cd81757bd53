#include "ui/dialogs/workers_dialog.h"

#include "app/core/console.h"
#include "models/display_text.h"
#include "ui/pages/record_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"

#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int refreshMs = 2'000;
constexpr int shownRows = 8;

QList<RecordColumn> columns()
{
    using Show = RecordColumn::Show;
    const auto tr = [](const char *text) { return WorkersDialog::tr(text); };
    return {{QStringLiteral("state"), tr("State"), Show::State, 106},
            {QStringLiteral("host"), tr("Host"), Show::Text},
            {QStringLiteral("pid"), tr("Process"), Show::Mono, 84},
            {QStringLiteral("version"), tr("Version"), Show::Text, 72},
            {QStringLiteral("in_flight"), tr("In flight"), Show::Number, 74},
            {QStringLiteral("slots"), tr("of"), Show::Number, 58},
            {QStringLiteral("heartbeat_at"), tr("Heartbeat"), Show::Age, 84},
            {QStringLiteral("started_at"), tr("Runs"), Show::Age, 74}};
}

bool isVanished(const QSqlRecord &worker)
{
    return worker.value(QStringLiteral("state")).toString() == QLatin1String("vanished");
}

QString nameOf(const QSqlRecord &worker)
{
    return WorkersDialog::tr("%1, process %2, %3")
        .arg(worker.value(QStringLiteral("host")).toString(), worker.value(QStringLiteral("pid")).toString(),
             relativeTime(worker.value(QStringLiteral("heartbeat_at")).toDateTime(),
                          QDateTime::currentDateTimeUtc()));
}

} // namespace

WorkersDialog::WorkersDialog(const ConsoleServices &services, QWidget *parent)
    : QDialog(parent)
    , m_services(services)
    , m_panel(new RecordPanel(tr("Workers"), tr("reading …"), columns(), QStringLiteral("id"), this))
    , m_notice(new Notice(this))
{
    setWindowTitle(tr("Workers"));
    m_panel->setEmptyText(
        tr("No worker delivers from this database. Ctrl+D starts one here; signalbox worker runs "
           "one without a window."));
    m_panel->view()->setAccessibleName(tr("Workers"));
    m_panel->fitRows(shownRows);
    m_notice->hide();
    buildLayout();
    m_timer.setInterval(refreshMs);
    connect(&m_timer, &QTimer::timeout, this, &WorkersDialog::refresh);
    m_timer.start();
    refresh();
}

void WorkersDialog::buildLayout()
{
    QPushButton *close = makeButton(tr("Close"), this, QStringLiteral("primary"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * theme::step, 4 * theme::step, 4 * theme::step, 4 * theme::step);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(m_panel);
    layout->addWidget(m_notice);
    layout->addStretch(1);
    layout->addWidget(close, 0, Qt::AlignRight);
    setFixedWidth(800);
}

QString WorkersDialog::noticeText() const
{
    return m_notice->isHidden() ? QString() : m_notice->plainText();
}

void WorkersDialog::refresh()
{
    if (m_waiting)
        return;
    m_waiting = true;
    m_services.overview->workers(this, [this](const Result<QList<QSqlRecord>> &workers) {
        m_waiting = false;
        if (workers)
            return showWorkers(*workers);
        m_panel->setSubtitle(tr("not known"));
        m_panel->setEmptyText({});
        m_notice->setContent(theme::State::Failure, tr("The workers could not be read."),
                             workers.error().line());
        m_notice->show();
    });
}

void WorkersDialog::showWorkers(const QList<QSqlRecord> &workers)
{
    QStringList vanished;
    for (const QSqlRecord &worker : workers) {
        if (isVanished(worker))
            vanished.append(nameOf(worker));
    }
    const qsizetype living = workers.size() - vanished.size();
    m_panel->setRecords(workers);
    m_panel->setSubtitle(living == 1 ? tr("1 delivers from this database")
                                     : tr("%1 deliver from this database").arg(numberText(living)));
    if (!vanished.isEmpty())
        m_notice->setContent(theme::State::Warning,
                             vanished.size() == 1
                                 ? tr("A worker vanished:")
                                 : tr("%1 workers vanished:").arg(numberText(vanished.size())),
                             vanished.mid(0, 3).join(QStringLiteral("; ")) + QLatin1Char('\n') +
                                 tr("Leases run out after 30 s; then other workers take over the jobs."));
    m_notice->setVisible(!vanished.isEmpty());
    adjustSize();
}

} // namespace signalbox
