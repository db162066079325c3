using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Simd;

namespace MoE.Compute.Bench;

/// <summary>Counts the work of each kind of expert.</summary>
public static class ExpertWorks
{
    private const int Line = 64;
    private const int Float = sizeof(float);

    /// <summary>Operations of e^x, of a softmax per class (without the sum's logarithm), of one step of Adam.</summary>
    private const int Power = 22, Softmax = 30, AdamStep = 14;

    /// <summary>
    /// Steps from a sum to the gradient of its softmax: greatest 5, e^x 16, sum 5, division 3, and 8 around them.
    /// </summary>
    private const int ToGradient = 37;

    /// <summary>The work of an expert of this specification; null for a kind that nobody has counted.</summary>
    /// <param name="spec">What it is.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="classes">Classes known.</param>
    public static ExpertWork? Of(ExpertSpec spec, Schema schema, int classes)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return ExpertKinds.Options(spec, []) switch
        {
            MlpOptions mlp => Of(mlp, schema, classes),
            DeepOptions deep => Of(deep, schema, classes),
            FernOptions fern => Of(fern, schema, classes),
            CrossOptions cross => Of(cross, schema, classes),
            MemoryOptions memory => Of(memory, schema, classes),
            _ => null,
        };
    }

    /// <summary>
    /// H hidden units, S = H + padded classes, T inputs touched, c classes. Forward: T rows of S and the bias, c rows
    /// of H. Learning: c rows of H for the gradient, then every weight that was touched.
    /// </summary>
    private static ExpertWork Of(MlpOptions options, Schema schema, int classes)
    {
        var touched = Touched(options.Input, schema);
        var rows = new MlpInputs(options.Input, schema.Numeric, schema.Categorical).Fixed;
        var (hidden, padded) = (ClassRows.Padded(options.Hidden), ClassRows.Padded(classes));
        var (stride, outputs) = (hidden + padded, classes * hidden);
        var (adam, averages) = (options.Optimizer == MlpOptimizer.Adam, options.Average > 0f);
        double updated = outputs + ((touched + 1) * stride), state = ((rows + 1) * stride) + (padded * hidden);
        double forwards = averages ? 2 : 1, followed = averages ? state / 8 : 0;
        return new ExpertWork(
            Operations: (forwards * ((2 * touched * stride) + hidden + (2 * outputs) + (Softmax * padded)))
                + (2 * outputs) + (updated * (adam ? AdamStep : 2)) + (3 * followed),
            Bytes: Float * ((forwards * (((touched + 1) * stride) + outputs)) + outputs
                + (updated * (adam ? 6 : 2)) + (3 * followed)),
            Roots: adam ? updated : 0,
            Steps: touched + 1 + (hidden / ClassRows.Block) + ToGradient + classes + 2 + (adam ? 6 : 0),
            Lines: 0,
            State: Float * state * ((adam ? 3 : 1) + (averages ? 1 : 0)));
    }

    /// <summary>
    /// A row's part of a micro-batch: products of matrices forward, back and for the gradients, and one update of every
    /// weight that was touched.
    /// </summary>
    private static ExpertWork Of(DeepOptions options, Schema schema, int classes)
    {
        double touched = Touched(options.Input, schema), rows = options.Minibatch;
        double inputs = new MlpInputs(options.Input, schema.Numeric, schema.Categorical).Fixed;
        double first = ClassRows.Padded(options.Hidden), second = ClassRows.Padded(options.Second);
        double above = ((first + 1) * second) + ((second + 1) * ClassRows.Padded(classes));
        var updated = ((Math.Min(inputs, rows * touched) + 1) * first) + above;
        var adam = options.Optimizer == MlpOptimizer.Adam;
        return new ExpertWork(
            Operations: (4 * (touched + 1) * first) + (6 * above) + (Softmax * ClassRows.Padded(classes))
                + (updated * (adam ? AdamStep : 2) / rows),
            Bytes: Float * updated * (2 + (adam ? 6 : 2)) / rows,
            Roots: adam ? updated / rows : 0,
            Steps: 0,
            Lines: 0,
            State: Float * (((inputs + 1) * first) + above) * (adam ? 3 : 1));
    }

    /// <summary>
    /// A leaf of S floats, its sum of squares among them, for each of F ferns; two lines of patterns per feature.
    /// </summary>
    private static ExpertWork Of(FernOptions options, Schema schema, int classes)
    {
        var (ferns, stride) = (options.Count, NarrowRows.Stride(classes + 1));
        var lines = ferns * Lines(stride);
        var patterns = Math.Ceiling(ferns * options.Depth / 64d) * sizeof(ulong);
        return new ExpertWork(
            Operations: (ferns * stride) + (Softmax * ClassRows.Padded(classes)) + (3 * classes) + (5 * ferns)
                + (ferns * (2 + (2 * stride))),
            Bytes: (2 * Line * lines) + ((schema.Numeric + schema.Categorical) * patterns),
            Roots: ferns,
            Steps: (ferns / 2) + ToGradient + classes + 8,
            Lines: lines,
            State: Float * (double)stride * (ferns << options.Depth));
    }

    /// <summary>
    /// An entry of 2 S floats for each of P keys, and the line of the index that says where it is (which is only read).
    /// </summary>
    private static ExpertWork Of(CrossOptions options, Schema schema, int classes)
    {
        var features = schema.Numeric + schema.Categorical;
        var pairs = Math.Min(options.Pairs, features * (features - 1) / 2);
        var (keys, stride) = (1 + features + pairs, NarrowRows.Stride(classes));
        double entries = Math.Min(
            1 << options.Bits, 1 + (features * options.Bins) + (pairs * options.Bins * options.Bins));
        return new ExpertWork(
            Operations: (keys * stride * 6) + (Softmax * ClassRows.Padded(classes)),
            Bytes: keys * Line * ((2 * Lines(2 * stride)) + 1),
            Roots: keys * stride,
            Steps: (keys / 2) + ToGradient + 8,
            Lines: keys * (Lines(2 * stride) + 1),
            State: (Float * 2 * stride * entries) + (sizeof(int) * (double)(1 << options.Bits)));
    }

    /// <summary>
    /// All rows kept, and two votes; what the search leaves out of far rows is counted, too. A ring that is searched
    /// for several rows at once is fetched once for all of them.
    /// </summary>
    private static ExpertWork Of(MemoryOptions options, Schema schema, int classes)
    {
        var features = schema.Numeric + schema.Categorical;
        double cells = (double)options.Size * features;
        var atOnce = MemoryRule.RowsAtOnce(MemoryRule.Padded(options.Size) * features);
        return new ExpertWork(
            Operations: (options.Size * ((3d * schema.Numeric) + (2 * schema.Categorical)))
                + ((options.Near + options.Wide) * (Power + 4)) + (2 * Softmax * ClassRows.Padded(classes)),
            Bytes: Float * cells / atOnce,
            Roots: 0,
            Steps: 0,
            Lines: 0,
            State: Float * cells);
    }

    /// <summary>Inputs that a row touches.</summary>
    private static int Touched(MlpInput input, Schema schema) => schema.Categorical + (input switch
    {
        MlpInput.Z => schema.Numeric,
        MlpInput.Hat => 2 * schema.Numeric,
        _ => 3 * schema.Numeric,
    });

    /// <summary>Lines that so many floats lie in, which begin at a multiple of their number.</summary>
    private static int Lines(int floats) => Math.Max(1, floats * Float / Line);
}
