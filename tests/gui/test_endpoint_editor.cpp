#include "app/core/console.h"
#include "ui/dialogs/endpoint_editor.h"
#include "ui/dialogs/header_editor.h"
#include "ui/panes/endpoint_pane.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace signalbox;

namespace {

class FakeEndpoints final : public EndpointStore
{
public:
    void listEndpoints(QObject *, Reply<QList<EndpointHealth>>) override {}
    void addEndpoint(const EndpointChange &change, QObject *, Reply<QString> reply) override
    {
        save(change, reply);
    }
    void changeEndpoint(const EndpointChange &change, QObject *, Reply<QString> reply) override
    {
        save(change, reply);
    }
    void setEndpointEnabled(const QString &, bool, QObject *, Reply<QString>) override {}
    void setBreaker(const QString &, BreakerAction, const QString &, QObject *, Reply<QString>) override {}
    void removeEndpoint(const QString &, QObject *, Reply<QString>) override {}
    void rotateSecret(const QString &, const Secret &, qint64, QObject *, Reply<QString>) override {}
    void revealSecret(const QString &, QObject *, Reply<Secret> reply) override
    {
        ++reveals;
        reply(Secret(QStringLiteral("stored secret")));
    }
    void countFilterMatches(const QByteArray &eventFilter, QObject *, Reply<FilterMatchCount> reply) override
    {
        counted.append(eventFilter);
        reply(FilterMatchCount{312, 1'000});
    }

    QList<EndpointChange> saved;
    QList<QByteArray> counted;
    int reveals = 0;
    bool refuses = false;

private:
    void save(const EndpointChange &change, const Reply<QString> &reply)
    {
        saved.append(change);
        if (refuses)
            reply(fail(Error::Kind::Conflict, QStringLiteral("endpoint"),
                       QStringLiteral("there is one already")));
        else
            reply(change.id);
    }
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
    }

    void onlyWhatDiffersIsHandedOver()
    {
        EndpointEditor editor(m_services, stored(), false);
        input<QSpinBox>(editor, QStringLiteral("Timeout"))->setValue(5'000);
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
        QTest::newRow("bad secret") << "Secret"
                                    << "whsec_!" << false;
    }
    void wrongFieldsSayWhatIsWrong()
    {
        QFETCH(const QString, field);
        QFETCH(const QString, text);
        QFETCH(const bool, valid);
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

    void headersAreChecked()
    {
        EndpointEditor editor(m_services, stored(), false);
        auto *headers = editor.findChild<HeaderEditor *>();
        QCOMPARE(headers->rowCount(), 2); // one and the empty row
        headers->item(1, 0)->setText(QStringLiteral("Host"));
        QVERIFY(!editor.isValid());
        headers->item(1, 0)->setText(QStringLiteral("X-Region"));
        headers->item(1, 1)->setText(QStringLiteral("eu"));
        QVERIFY(editor.isValid());
        QCOMPARE(headers->rowCount(), 3);
        QCOMPARE(editor.change().customHeaders->size(), 2);
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
        QCOMPARE(secret->text(), QStringLiteral("stored secret"));
        QVERIFY(!editor.change().secret); // shown is not changed
        button(editor, QStringLiteral("Generate"))->click();
        QVERIFY(editor.change().secret.has_value());
    }

    void readOnlyConnectionsCannotSave()
    {
        EndpointEditor editor(m_services, stored(), true);
        editor.show();
        QVERIFY(!input<QLineEdit>(editor, QStringLiteral("URL"))->isEnabled());
        QVERIFY(!button(editor, QStringLiteral("Save"))->isVisible());
    }

    void credentialsInHeadersAreMasked()
    {
        QCOMPARE(maskedHeaderValue({QStringLiteral("X-Tenant"), QStringLiteral("eu-1")}),
                 QStringLiteral("eu-1"));
        for (const char *name : {"Authorization", "X-Api-Key", "Cookie", "x-auth-token", "Client-Secret"})
            QVERIFY2(!maskedHeaderValue({QString::fromLatin1(name), QStringLiteral("v4lue")})
                          .contains(QStringLiteral("v4lue")),
                     name);
    }

private:
    std::unique_ptr<FakeEndpoints> m_endpoints;
    ConsoleServices m_services;
};

QTEST_MAIN(TestEndpointEditor)
#include "test_endpoint_editor.moc"
