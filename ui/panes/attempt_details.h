#pragma once

#include "app/core/page.h"

#include <QWidget>

namespace signalbox {

class FactList;
class HeaderTable;
class JsonView;

/// What stands behind one attempt: where the time went, what came back, what was sent. Lies in the timeline
/// below the line of its attempt.
class AttemptDetails final : public QWidget
{
    Q_OBJECT
public:
    /// Pixels that the details take.
    static constexpr int height = 300;

    AttemptDetails(const QSqlRecord &attempt, QWidget *parent);
    /// The whole body of the answer, where the attempt came with its beginning only.
    void setBody(const QString &body);
    /// Tab goes on from `before` into the details.
    void chainAfter(QWidget *before);

signals:
    void deliveryRequested(const QString &deliveryId);

private:
    HeaderTable *m_responseHeaders;
    JsonView *m_body;
    HeaderTable *m_requestHeaders;
};

} // namespace signalbox
