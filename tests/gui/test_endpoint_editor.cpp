#include "app/core/console.h"
#include "app/core/signature.h"
#include "models/endpoint_model.h"
#include "tests/gui/fake_endpoints.h"
#include "tests/support/test_certificates.h"
#include "ui/dialogs/consent_dialog.h"
#include "ui/dialogs/endpoint_conflict_field.h"
#include "ui/dialogs/endpoint_editor.h"
#include "ui/dialogs/follow_jobs_field.h"
#include "ui/dialogs/header_editor.h"
#include "ui/pages/endpoint_table.h"
#include "ui/pages/endpoints_page.h"
#include "ui/panes/endpoint_pane.h"
#include "ui/theme/theme.h"
#include "ui/widgets/secret_clipboard.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace signalbox;

namespace {

class FakeJobs final : public JobActions
{
public:
    void previewJobs(const JobSelection &selection, const JobChange &change, QObject *,
                     Reply<ActionPreview> reply) override
    {
        counted << selection.filter->text;
        ActionPreview preview;
        preview.action = change.action;
        preview.selected = waiting;
        reply(preview);
    }
    void changeJobs(const JobSelection &selection, const JobChange &, const QString &, const ActionWatch &,
                    QObject *, Reply<ActionResult> reply) override
    {
        changed << selection.filter->text;
        ActionResult result;
        result.changed = waiting;
        if (refuses)
            reply(fail(Error::Kind::Refused, QStringLiteral("jobs"), QStringLiteral("permission denied")));
        else
            reply(result);
    }

    qint64 waiting = 467;
    bool refuses = false;
    QStringList counted, changed;
};

Endpoint stored()
{
    Endpoint endpoint;
    endpoint.id = QStringLiteral("ep_shop");
    endpoint.url = QStringLiteral("https://shop.example.com/hooks");
    endpoint.eventFilter = "[\"order.*\"]";
    endpoint.customHeaders = {{QStringLiteral("X-Tenant"), QStringLiteral("eu-1")}};
    return endpoint;
}

/// The form of PEM text, which is all that the window judges.
QByteArray pem(const QByteArray &label)
{
    return "-----BEGIN " + label + "-----\nMAAA" + QByteArray(44, 'A') + "\n-----END " + label + "-----\n";
}

/// An input by the name it has for screen readers.
template <typename Input> Input *input(const QWidget &dialog, const QString &name)
{
    for (Input *one : dialog.findChildren<Input *>()) {
        if (one->accessibleName() == name)
            return one;
    }
    return nullptr;
}

QPushButton *button(const QWidget &dialog, const QString &text)
{
    for (QPushButton *one : dialog.findChildren<QPushButton *>()) {
        if (one->text() == text)
            return one;
    }
    return nullptr;
}

} // namespace

class TestEndpointEditor : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { theme::apply(*qApp, theme::Mode::Light); }

    void init()
    {
        m_endpoints = std::make_unique<FakeEndpoints>();
        m_services.endpoints = m_endpoints.get();
        m_services.jobActions = nullptr;
    }

    void onlyWhatDiffersIsHandedOver()
    {
        EndpointEditor editor(m_services, stored(), false);
        input<QLineEdit>(editor, QStringLiteral("Timeout"))->setText(QStringLiteral("5 s"));
        QSignalSpy saved(&editor, &EndpointEditor::saved);
        button(editor, QStringLiteral("Save"))->click();
        QCOMPARE(saved.size(), 1);
        const EndpointChange change = m_endpoints->saved.constFirst();
        QCOMPARE(change.id, QStringLiteral("ep_shop"));
        QCOMPARE(change.timeoutMs.value(), 5'000);
        QVERIFY(!change.url && !change.description && !change.eventFilter && !change.customHeaders);
        QVERIFY(!change.maxRetries && !change.allowPrivateNetwork && !change.retryScheduleSeconds &&
                !change.secret);
    }

    void wrongFieldsSayWhatIsWrong_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("valid");
        QTest::newRow("no URL") << "URL"
                                << "shop" << false;
        QTest::newRow("user info") << "URL"
                                   << "https://u:p@shop.example.com/" << false;
        QTest::newRow("private address") << "URL"
                                         << "http://10.0.0.1/" << false;
        QTest::newRow("good URL") << "URL"
                                  << "https://other.example.com/" << true;
        QTest::newRow("bad schedule") << "Retry schedule"
                                      << "soon" << false;
        QTest::newRow("good schedule") << "Retry schedule"
                                       << "5 s, 1 min" << true;
        QTest::newRow("timeout without a unit") << "Timeout"
                                                << "30" << false;
        QTest::newRow("negative timeout") << "Timeout"
                                          << "-5 s" << false;
        QTest::newRow("endless timeout") << "Timeout"
                                         << "99999999" << false;
        QTest::newRow("timeout beyond an hour") << "Timeout"
                                                << "2 h" << false;
        QTest::newRow("good timeout") << "Timeout"
                                      << "1.5 min" << true;
        QTest::newRow("rate in words") << "Rate limit"
                                       << "many" << false;
        QTest::newRow("rate beyond reason") << "Rate limit"
                                            << "100001" << false;
        QTest::newRow("good rate") << "Rate limit"
                                   << "0.5" << true;
        QTest::newRow("key of another scheme") << "Secret"
                                               << "@key@" << false;
        QTest::newRow("bad secret") << "Secret"
                                    << "whsec_!" << false;
    }
    void wrongFieldsSayWhatIsWrong()
    {
        QFETCH(const QString, field);
        QFETCH(QString, text);
        QFETCH(const bool, valid);
        if (text == QStringLiteral("@key@"))
            text = generateSigningKey().reveal();
        EndpointEditor editor(m_services, stored(), false);
        QVERIFY(editor.isValid());
        auto *edit = input<QLineEdit>(editor, field);
        QVERIFY(edit);
        edit->setText(text);
        QCOMPARE(editor.isValid(), valid);
        QCOMPARE(button(editor, QStringLiteral("Save"))->isEnabled(), valid);
        QCOMPARE(edit->property("invalid").toBool(), !valid);
        QVERIFY(valid || !edit->accessibleDescription().isEmpty());
    }

    void burstNeedsARate()
    {
        EndpointEditor editor(m_services, stored(), false);
        auto *rate = input<QLineEdit>(editor, QStringLiteral("Rate limit"));
        auto *burst = input<QLineEdit>(editor, QStringLiteral("Burst"));
        QVERIFY(!burst->isEnabled());
        rate->setText(QStringLiteral("2.5"));
        QVERIFY(burst->isEnabled());
        burst->setText(QStringLiteral("0.5"));
        QVERIFY(!editor.isValid());
        burst->setText(QStringLiteral("20"));
        QVERIFY(editor.isValid());
        QCOMPARE(editor.change().rateLimit.value(), 2.5);
        QCOMPARE(editor.change().rateBurst.value(), 20);
        rate->clear(); // no limit, no burst
        QVERIFY(editor.isValid());
        QVERIFY(!editor.change().rateLimit && !editor.change().rateBurst);
    }

    void aLimitThatIsClearedIsRemoved()
    {
        Endpoint limited = stored();
        limited.rateLimit = 4;
        limited.rateBurst = 8;
        EndpointEditor editor(m_services, limited, false);
        QVERIFY(!editor.change().rateLimit && !editor.change().rateBurst);
        input<QLineEdit>(editor, QStringLiteral("Rate limit"))->clear();
        QCOMPARE(editor.change().rateLimit.value(), 0.0);
        QCOMPARE(editor.change().rateBurst.value(), 0);
    }

    void anotherKindOfSchemeNeedsAnotherKindOfSecret()
    {
        EndpointEditor editor(m_services, stored(), false);
        auto *scheme = input<QComboBox>(editor, QStringLiteral("Signature scheme"));
        scheme->setCurrentText(QStringLiteral("v1a"));
        QVERIFY(!editor.isValid());
        button(editor, QStringLiteral("Generate"))->click();
        QVERIFY(editor.isValid());
        QVERIFY(editor.change().signatureScheme == SignatureScheme::V1a);
        QVERIFY(isSigningKey(*editor.change().secret));
        scheme->setCurrentText(QStringLiteral("v1")); // a generated one is replaced by the right kind
        QVERIFY(editor.isValid());
        QVERIFY(!isSigningKey(*editor.change().secret));
    }

    void theSignatureHeaderIsNoCustomHeader()
    {
        EndpointEditor editor(m_services, stored(), false);
        input<QComboBox>(editor, QStringLiteral("Signature scheme"))
            ->setCurrentText(QStringLiteral("hub-sha256"));
        auto *header = input<QLineEdit>(editor, QStringLiteral("Signature header"));
        QCOMPARE(header->placeholderText(), QStringLiteral("X-Hub-Signature-256"));
        QVERIFY(editor.isValid());
        header->setText(QStringLiteral("x-tenant"));
        QVERIFY(!editor.isValid());
        header->setText(QStringLiteral("X-Shop-Signature"));
        QVERIFY(editor.isValid());
        QCOMPARE(editor.change().signatureHeader.value(), QStringLiteral("X-Shop-Signature"));
    }

    void aClientKeyIsPastedAndNeverShown()
    {
        TestCertificates certificates;
        const CertifiedKey client = certificates.certify("DNS:client");
        const QByteArray certificate = client.certificate, key = client.key;
        EndpointEditor editor(m_services, stored(), false);
        editor.show();
        const auto paste = [&editor](const QString &field, const QByteArray &text) {
            QGuiApplication::clipboard()->setText(QString::fromUtf8(text));
            QTest::keySequence(input<QLineEdit>(editor, field), QKeySequence::Paste);
        };
        paste(QStringLiteral("Client certificate"), certificate);
        QVERIFY(!editor.isValid()); // its key is missing
        paste(QStringLiteral("Client key"), certificate);
        QVERIFY(!editor.isValid()); // that is none
        paste(QStringLiteral("Client key"), certificates.certify("DNS:other").key);
        QVERIFY(!editor.isValid()); // that is another's
        paste(QStringLiteral("Client key"), key);
        QVERIFY(editor.isValid());
        QCOMPARE(editor.change().clientCertificate.value().trimmed(), certificate.trimmed());
        QCOMPARE(editor.change().clientKey->reveal().trimmed(), QString::fromUtf8(key.trimmed()));
        for (const QLineEdit *line : editor.findChildren<QLineEdit *>())
            QVERIFY2(!line->text().contains(QString::fromLatin1(key.split('\n').at(1))),
                     qPrintable(line->text()));
        QTest::keyClick(input<QLineEdit>(editor, QStringLiteral("Client key")), Qt::Key_Delete);
        QVERIFY(!editor.isValid());
    }

    void storedTlsMaterialStaysUntilItIsRemoved()
    {
        Endpoint endpoint = stored();
        endpoint.clientCertificate = pem("CERTIFICATE");
        endpoint.hasClientKey = true;
        EndpointEditor editor(m_services, endpoint, false);
        QVERIFY(editor.isValid());
        QVERIFY(!editor.change().clientCertificate && !editor.change().clientKey);
        for (const char *field : {"Client certificate", "Client key"})
            QTest::keyClick(input<QLineEdit>(editor, QString::fromLatin1(field)), Qt::Key_Delete);
        QVERIFY(editor.isValid());
        QVERIFY(editor.change().clientCertificate->isEmpty());
        QVERIFY(editor.change().clientKey->isEmpty());
    }

    void headersAreChecked()
    {
        EndpointEditor editor(m_services, stored(), false);
        auto *headers = editor.findChild<HeaderEditor *>();
        QCOMPARE(headers->rowCount(), 1);
        button(editor, QStringLiteral("Add header"))->click();
        QCOMPARE(headers->rowCount(), 2);
        headers->nameField(1)->setText(QStringLiteral("Host"));
        QVERIFY(!editor.isValid());
        headers->nameField(1)->setText(QStringLiteral("X-Region"));
        headers->valueField(1)->setText(QStringLiteral("eu"));
        QVERIFY(editor.isValid());
        QCOMPARE(editor.change().customHeaders->size(), 2);
    }

    // A header is found, filled in and taken away without a mouse.
    void headersAreEditedByKeyboard()
    {
        Endpoint bare = stored();
        bare.customHeaders.clear();
        EndpointEditor editor(m_services, bare, false);
        editor.show();
        QVERIFY(QTest::qWaitForWindowActive(&editor));
        auto *headers = editor.findChild<HeaderEditor *>();
        QPushButton *add = button(editor, QStringLiteral("Add header"));
        QVERIFY(add->isVisible());
        add->setFocus();
        QTest::keyClick(add, Qt::Key_Space);
        QTRY_COMPARE(QApplication::focusWidget(), headers->nameField(0));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("X-Region"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("eu"));
        QCOMPARE(editor.change().customHeaders->constFirst().value, QStringLiteral("eu"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget()->accessibleName(), QStringLiteral("Remove this header"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), add);
        QTest::keyClick(add, Qt::Key_Backtab, Qt::ShiftModifier);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QCOMPARE(headers->rowCount(), 0);
        QVERIFY(!editor.change().customHeaders);
    }

    // What receivers need longer for than they are given would fail from then on.
    void doubtfulTimeoutsAreSaidAndTaken()
    {
        EndpointEditor editor(m_services, stored(), false);
        editor.setLatency(2'400.0);
        auto *timeout = input<QLineEdit>(editor, QStringLiteral("Timeout"));
        QCOMPARE(timeout->text(), QStringLiteral("30 s"));
        timeout->setText(QStringLiteral("2 s"));
        QVERIFY(editor.isValid());
        QVERIFY2(timeout->accessibleDescription().contains("p95"),
                 qPrintable(timeout->accessibleDescription()));
        editor.setLatency(std::nullopt);
        QVERIFY(!timeout->accessibleDescription().contains("p95"));
        timeout->setText(QStringLiteral("900 ms"));
        QVERIFY(editor.isValid());
        QVERIFY2(timeout->accessibleDescription().contains("is it meant"),
                 qPrintable(timeout->accessibleDescription()));
        timeout->setText(QStringLiteral("30"));
        QVERIFY2(timeout->accessibleDescription().contains("500 ms, 30 s"),
                 qPrintable(timeout->accessibleDescription()));
    }

    void editedFormsAskBeforeTheyClose_data()
    {
        QTest::addColumn<QString>("way");
        QTest::newRow("Esc") << "Esc";
        QTest::newRow("Cancel") << "Cancel";
        QTest::newRow("close button") << "close";
    }
    void editedFormsAskBeforeTheyClose()
    {
        QFETCH(const QString, way);
        EndpointEditor editor(m_services, stored(), false);
        const auto leave = [&] {
            if (way == QLatin1String("Esc"))
                QTest::keyClick(&editor, Qt::Key_Escape);
            else if (way == QLatin1String("Cancel"))
                button(editor, QStringLiteral("Cancel"))->click();
            else
                editor.close();
        };
        // Untouched, or as it was again, it goes
        editor.show();
        input<QLineEdit>(editor, QStringLiteral("Description"))->setText(QStringLiteral("shop"));
        input<QLineEdit>(editor, QStringLiteral("Description"))->clear();
        editor.findChild<QTabWidget *>()->setCurrentIndex(1); // looking is no change
        editor.findChild<QTabWidget *>()->setCurrentIndex(0);
        leave();
        QVERIFY(!editor.isVisible());

        // Changed, it asks; what is typed stays, unless it is to be discarded
        editor.show();
        input<QLineEdit>(editor, QStringLiteral("URL"))->setText(QStringLiteral("nonsense"));
        leave();
        QVERIFY(editor.isVisible());
        auto *question = editor.findChild<ConsentDialog *>();
        QVERIFY(question && question->isVisible());
        QTest::keyClick(question, Qt::Key_Return); // Keep editing
        QVERIFY(editor.isVisible());
        QTRY_VERIFY(!editor.findChild<ConsentDialog *>());
        leave();
        button(*editor.findChild<ConsentDialog *>(), QStringLiteral("Discard"))->click();
        QVERIFY(!editor.isVisible());
    }

    void twoPeopleEditOneEndpoint()
    {
        // Given a form that was opened before somebody else saved another URL and another timeout
        Endpoint theirs = stored();
        theirs.url = QStringLiteral("https://shop.example.com/theirs");
        theirs.timeoutMs = 7'000;
        m_endpoints->present = theirs;
        m_endpoints->refuses = true;
        EndpointEditor editor(m_services, stored(), false);
        editor.show();
        input<QLineEdit>(editor, QStringLiteral("URL"))
            ->setText(QStringLiteral("https://shop.example.com/mine"));
        input<QLineEdit>(editor, QStringLiteral("Description"))->setText(QStringLiteral("mine"));
        QPushButton *save = button(editor, QStringLiteral("Save"));

        // When it is saved, then theirs and mine stand side by side, and of each one has to be chosen
        save->click();
        auto *conflict = editor.findChild<EndpointConflictField *>();
        QVERIFY(conflict && conflict->isVisible());
        QVERIFY(!save->isEnabled());
        const auto radios = conflict->findChildren<QRadioButton *>();
        QCOMPARE(radios.size(), 2); // the URL alone: nobody else changed the description
        QVERIFY(radios.at(0)->accessibleName().contains("/theirs"));
        QVERIFY(radios.at(1)->accessibleName().contains("/mine"));
        button(editor, QStringLiteral("Back to the form"))->click();
        QVERIFY(input<QLineEdit>(editor, QStringLiteral("URL"))->isVisible());
        save->click();

        // and what was chosen is saved on top of theirs
        conflict = nullptr;
        for (auto *field : editor.findChildren<EndpointConflictField *>())
            conflict = field->isVisible() ? field : conflict;
        QVERIFY(conflict);
        conflict->findChildren<QRadioButton *>().at(0)->click();
        QVERIFY(save->isEnabled());
        m_endpoints->refuses = false;
        QSignalSpy saved(&editor, &EndpointEditor::saved);
        save->click();
        QCOMPARE(saved.size(), 1);
        const EndpointChange change = m_endpoints->saved.constLast();
        QVERIFY(!change.url);
        QCOMPARE(change.description.value(), QStringLiteral("mine"));
        QCOMPARE(change.basedOn->url, theirs.url);
    }

    void aSecretIsSeenWholeAndLeavesTheClipboard()
    {
        // Given a generated secret and one of 64 characters
        EndpointEditor editor(m_services, std::nullopt, false);
        editor.findChild<QTabWidget *>()->setCurrentIndex(2);
        editor.show();
        auto *secret = input<QLineEdit>(editor, QStringLiteral("Secret"));
        secret->setText(QString(64, QLatin1Char('m')));
        QVERIFY(secret->contentsRect().width() > secret->fontMetrics().horizontalAdvance(secret->text()));

        // When it is shown it can be copied, and what was copied goes again
        QPushButton *copy = button(editor, QStringLiteral("Copy"));
        QVERIFY(!copy->isVisible());
        button(editor, QStringLiteral("Show"))->click();
        copy->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), secret->text());
        copySecret(Secret(QStringLiteral("gone soon")), 1);
        QTRY_VERIFY(QGuiApplication::clipboard()->text().isEmpty());
        copySecret(Secret(QStringLiteral("gone soon")), 1);
        QGuiApplication::clipboard()->setText(QStringLiteral("something else"));
        QTest::qWait(20);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("something else"));
    }

    void filterIsCountedOnceTypingPauses()
    {
        EndpointEditor editor(m_services, stored(), false);
        auto *filter = input<QPlainTextEdit>(editor, QStringLiteral("Event filter"));
        for (const char *text : {"[\"us", "[\"user", "[\"user.*\"]"})
            filter->setPlainText(QString::fromLatin1(text));
        QTRY_COMPARE(m_endpoints->counted, QList<QByteArray>{"[\"user.*\"]"});
        QCOMPARE(filter->accessibleDescription(), QStringLiteral("Matches 312 of the last 1,000 events"));
        filter->setPlainText(QStringLiteral("nonsense"));
        QVERIFY(!editor.isValid());
    }

    void aRefusalStaysInTheDialog()
    {
        m_endpoints->refuses = true;
        EndpointEditor editor(m_services, std::nullopt, false);
        editor.show();
        input<QLineEdit>(editor, QStringLiteral("URL"))->setText(QStringLiteral("https://new.example.com/"));
        QVERIFY(editor.isValid()); // id and secret are generated
        button(editor, QStringLiteral("Add"))->click();
        QVERIFY(editor.isVisible());
        QVERIFY(m_endpoints->saved.constFirst().secret.has_value());
        QVERIFY(button(editor, QStringLiteral("Add"))->isEnabled());
    }

    void theStoredSecretIsShownOnRequestOnly()
    {
        EndpointEditor editor(m_services, stored(), false);
        auto *secret = input<QLineEdit>(editor, QStringLiteral("Secret"));
        QCOMPARE(m_endpoints->reveals, 0);
        QVERIFY(secret->text().isEmpty());
        button(editor, QStringLiteral("Show"))->click();
        QCOMPARE(m_endpoints->reveals, 0); // it asks first
        button(*editor.findChild<ConsentDialog *>(), QStringLiteral("Show"))->click();
        QCOMPARE(secret->text(), QStringLiteral("stored secret"));
        QVERIFY(!editor.change().secret); // shown is not changed
        button(editor, QStringLiteral("Generate"))->click();
        QVERIFY(editor.change().secret.has_value());
    }

    // A changed URL would leave behind what waits.
    void jobsMadeBeforeFollow()
    {
        FakeJobs jobs;
        m_services.jobActions = &jobs;
        EndpointEditor editor(m_services, stored(), false);
        editor.show();
        QCheckBox *box = followBox(editor);
        QVERIFY(!box->isVisible());
        input<QLineEdit>(editor, QStringLiteral("Description"))->setText(QStringLiteral("shop"));
        QVERIFY(!box->isVisible()); // jobs do not carry it
        auto *url = input<QLineEdit>(editor, QStringLiteral("URL"));
        url->setText(QStringLiteral("https://shop.example.com/right"));
        QVERIFY(box->isVisible() && box->isChecked());
        QVERIFY2(box->text().contains("467 jobs"), qPrintable(box->text()));
        url->setText(stored().url);
        QVERIFY(!box->isVisible());
        url->setText(QStringLiteral("https://shop.example.com/new"));

        QSignalSpy saved(&editor, &EndpointEditor::saved);
        button(editor, QStringLiteral("Save"))->click();
        QCOMPARE(saved.size(), 1);
        QCOMPARE(saved.constFirst().at(1).toLongLong(), 467);
        QCOMPARE(jobs.counted.size(), 1);
        QCOMPARE(jobs.changed, QStringList{"endpoint:ep_shop status:pending,processing,failed"});
    }

    void jobsStayWhenTheyAreToStay()
    {
        FakeJobs jobs;
        m_services.jobActions = &jobs;
        EndpointEditor editor(m_services, stored(), false);
        editor.show();
        input<QLineEdit>(editor, QStringLiteral("URL"))
            ->setText(QStringLiteral("https://shop.example.com/right"));
        followBox(editor)->setChecked(false);
        QSignalSpy saved(&editor, &EndpointEditor::saved);
        button(editor, QStringLiteral("Save"))->click();
        QCOMPARE(saved.size(), 1);
        QVERIFY(jobs.changed.isEmpty());
        // And nobody is asked where there are none
        jobs.waiting = 0;
        EndpointEditor other(m_services, stored(), false);
        other.show();
        input<QLineEdit>(other, QStringLiteral("URL"))
            ->setText(QStringLiteral("https://shop.example.com/right"));
        QVERIFY(!followBox(other)->isVisible());
    }

    void jobsThatCouldNotFollowAreSaid()
    {
        FakeJobs jobs;
        jobs.refuses = true;
        m_services.jobActions = &jobs;
        EndpointEditor editor(m_services, stored(), false);
        editor.show();
        input<QLineEdit>(editor, QStringLiteral("URL"))
            ->setText(QStringLiteral("https://shop.example.com/right"));
        QSignalSpy saved(&editor, &EndpointEditor::saved);
        button(editor, QStringLiteral("Save"))->click();
        QCOMPARE(m_endpoints->saved.size(), 1);
        QVERIFY(editor.isVisible());
        bool isSaid = false;
        for (const QLabel *label : editor.findChildren<QLabel *>())
            isSaid = isSaid || (label->isVisible() && label->text().contains("permission denied"));
        QVERIFY(isSaid);
        QVERIFY(!button(editor, QStringLiteral("Save"))->isVisible());
    }

    // With many endpoints an answer takes longer than a tick.
    void anAnswerThatATickOvertookIsShown()
    {
        ConsoleSignals signals_;
        m_services.signals_ = &signals_;
        m_endpoints->holdsLists = true;
        EndpointsPage page(m_services);
        ConnectionStatus connected;
        connected.state = ConnectionStatus::State::Connected;
        emit signals_.connectionStatusChanged(connected);
        EndpointHealth shop;
        shop.endpoint = stored();
        for (int tick = 0; tick < 3; ++tick) {
            page.refresh();
            page.refresh(); // the next tick comes before the answer
            QCOMPARE(m_endpoints->heldLists.size(), 1);
            shop.pendingJobs = tick;
            m_endpoints->heldLists.takeFirst()(QList<EndpointHealth>{shop});
            QCOMPARE(page.table()->model()->rowCount(), 1);
            QCOMPARE(page.table()->model()->index(0, EndpointModel::PendingColumn).data().toString(),
                     QString::number(tick));
            m_endpoints->heldLists.takeFirst()(QList<EndpointHealth>{shop}); // it asked again
            QVERIFY(page.isSettled());
        }
        // What was asked of another database is not shown in this one
        page.refresh();
        page.reset();
        m_endpoints->heldLists.takeFirst()(QList<EndpointHealth>{shop});
        QCOMPARE(page.table()->model()->rowCount(), 0);
        m_services.signals_ = nullptr;
    }

    void readOnlyConnectionsCannotSave()
    {
        EndpointEditor editor(m_services, stored(), true);
        editor.show();
        QVERIFY(!input<QLineEdit>(editor, QStringLiteral("URL"))->isEnabled());
        QVERIFY(!button(editor, QStringLiteral("Save"))->isVisible());
    }

private:
    static QCheckBox *followBox(const EndpointEditor &editor)
    {
        return editor.findChild<FollowJobsField *>()->findChild<QCheckBox *>();
    }

    std::unique_ptr<FakeEndpoints> m_endpoints;
    ConsoleServices m_services;
};

QTEST_MAIN(TestEndpointEditor)
#include "test_endpoint_editor.moc"
