#include "app/core/address_policy.h"

#include <QTest>

using namespace signalbox;

class TestAddressPolicy : public QObject
{
    Q_OBJECT
private slots:
    void boundaries_data();
    void boundaries();
    void embeddedV4_data();
    void embeddedV4();
    void literals_data();
    void literals();
};

void TestAddressPolicy::boundaries_data()
{
    QTest::addColumn<QString>("range");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("expected");
    struct Row
    {
        const char *range, *before, *first, *last, *after;
    };
    // "-" where the neighbour does not exist or lies in another refused range, which has a row of its own.
    const Row rows[] = {
        {"0.0.0.0/8", "-", "0.0.0.0", "0.255.255.255", "1.0.0.0"},
        {"10.0.0.0/8", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
        {"100.64.0.0/10", "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
        {"127.0.0.0/8", "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
        {"169.254.0.0/16", "169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
        {"172.16.0.0/12", "172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
        {"192.0.0.0/24", "191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
        {"192.0.2.0/24", "192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
        {"192.88.99.0/24", "192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
        {"192.168.0.0/16", "192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
        {"198.18.0.0/15", "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
        {"198.51.100.0/24", "198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
        {"203.0.113.0/24", "203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
        {"224.0.0.0/4", "223.255.255.255", "224.0.0.0", "239.255.255.255", "-"},
        {"240.0.0.0/4", "-", "240.0.0.0", "255.255.255.255", "-"},
        {"::/8", "-", "::", "ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "-"},
        {"64:ff9b:1::/48", "-", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "-"},
        {"100::/64", "-", "100::", "100::ffff:ffff:ffff:ffff", "100:0:0:1::"},
        {"2001::/23", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
        {"2001:db8::/32", "2001:db7:ffff::", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:db9::"},
        {"2002::/16", "2001:ffff::", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
        {"3fff::/20", "3ffe:ffff::", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
        {"5f00::/16", "5eff:ffff::", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f01::"},
        {"fc00::/7", "fbff:ffff::", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"},
        {"fe80::/10", "fe7f:ffff::", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "-"},
        {"fec0::/10", "-", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "-"},
        {"ff00::/8", "-", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "-"},
    };
    for (const Row &row : rows) {
        const auto add = [&row](const char *where, const char *address, const QString &expected) {
            if (qstrcmp(address, "-") != 0)
                QTest::addRow("%s %s %s", row.range, where, address)
                    << QString(row.range) << QString(address) << expected;
        };
        add("before", row.before, {});
        add("first", row.first, row.range);
        add("last", row.last, row.range);
        add("after", row.after, {});
    }
}

void TestAddressPolicy::boundaries()
{
    QFETCH(const QString, address);
    QFETCH(const QString, expected);
    const auto parsed = parseIpAddress(address);
    QVERIFY(parsed);
    QCOMPARE(refusedRange(*parsed), expected);
}

void TestAddressPolicy::embeddedV4_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("expected");
    QTest::newRow("mapped public") << "::ffff:8.8.8.8" << QString();
    QTest::newRow("mapped public, hexadecimal") << "::ffff:808:808" << QString();
    QTest::newRow("mapped loopback") << "::ffff:127.0.0.1"
                                     << "127.0.0.0/8";
    QTest::newRow("mapped private") << "[::ffff:a00:1]"
                                    << "10.0.0.0/8";
    QTest::newRow("NAT64 public") << "64:ff9b::8.8.8.8" << QString();
    QTest::newRow("NAT64 private") << "64:ff9b::192.168.1.1"
                                   << "192.168.0.0/16";
    QTest::newRow("compatible is refused whatever is inside") << "::8.8.8.8"
                                                              << "::/8";
    QTest::newRow("loopback") << "::1"
                              << "::/8";
}

void TestAddressPolicy::embeddedV4()
{
    QFETCH(const QString, address);
    QFETCH(const QString, expected);
    const auto parsed = parseIpAddress(address);
    QVERIFY(parsed);
    QCOMPARE(refusedRange(*parsed), expected);
}

void TestAddressPolicy::literals_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("range"); // "name", "public" or the range
    QTest::newRow("dotted") << "127.0.0.1"
                            << "127.0.0.0/8";
    QTest::newRow("two parts") << "127.1"
                               << "127.0.0.0/8";
    QTest::newRow("three parts") << "10.0.1"
                                 << "10.0.0.0/8";
    QTest::newRow("hexadecimal") << "0x7f.1"
                                 << "127.0.0.0/8";
    QTest::newRow("one hexadecimal number") << "0x7f000001"
                                            << "127.0.0.0/8";
    QTest::newRow("octal") << "0177.0.0.1"
                           << "127.0.0.0/8";
    QTest::newRow("decimal") << "2130706433"
                             << "127.0.0.0/8";
    QTest::newRow("zero") << "0"
                          << "0.0.0.0/8";
    QTest::newRow("dot at the end") << "127.0.0.1."
                                    << "127.0.0.0/8";
    QTest::newRow("bracketed, scoped") << "[fe80::1%eth0]"
                                       << "fe80::/10";
    QTest::newRow("public") << "93.184.216.34"
                            << "public";
    QTest::newRow("name") << "example.com"
                          << "name";
    QTest::newRow("name with digits") << "1.2.3.4.example.com"
                                      << "name";
    QTest::newRow("too large") << "1.2.3.256"
                               << "name";
    QTest::newRow("five parts") << "1.2.3.4.5"
                                << "name";
    QTest::newRow("empty") << ""
                           << "name";
    QTest::newRow("no colons") << "[127.0.0.1]"
                               << "name";
    QTest::newRow("bad IPv6") << "1::2::3"
                              << "name";
}

void TestAddressPolicy::literals()
{
    QFETCH(const QString, text);
    QFETCH(const QString, range);
    const auto parsed = parseIpAddress(text);
    QCOMPARE(parsed.has_value(), range != "name");
    if (parsed)
        QCOMPARE(refusedRange(*parsed), range == "public" ? QString() : range);
}

QTEST_APPLESS_MAIN(TestAddressPolicy)
#include "test_address_policy.moc"
