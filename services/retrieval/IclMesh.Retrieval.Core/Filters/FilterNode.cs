using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Filters;

/// <summary>A part of a filter. Every part is either true or false, never unknown: a comparison with a missing field is false.</summary>
internal abstract record FilterNode
{
    /// <summary>Whether a demonstration passes: the definition, against which each faster evaluation is tested.</summary>
    /// <param name="demonstration">The demonstration.</param>
    public abstract bool Matches(Demonstration demonstration);

    /// <summary>All parts hold.</summary>
    /// <param name="Parts">At least two.</param>
    public sealed record All(IReadOnlyList<FilterNode> Parts) : FilterNode
    {
        /// <inheritdoc/>
        public override bool Matches(Demonstration demonstration) => Parts.All(part => part.Matches(demonstration));
    }

    /// <summary>One part holds.</summary>
    /// <param name="Parts">At least two.</param>
    public sealed record Any(IReadOnlyList<FilterNode> Parts) : FilterNode
    {
        /// <inheritdoc/>
        public override bool Matches(Demonstration demonstration) => Parts.Any(part => part.Matches(demonstration));
    }

    /// <summary>The part does not hold.</summary>
    /// <param name="Part">The part.</param>
    public sealed record Not(FilterNode Part) : FilterNode
    {
        /// <inheritdoc/>
        public override bool Matches(Demonstration demonstration) => !Part.Matches(demonstration);
    }

    /// <summary>A test of one field's value.</summary>
    /// <param name="Field">The field.</param>
    public abstract record Test(FilterField Field) : FilterNode
    {
        /// <summary>Whether a value of the field passes.</summary>
        /// <param name="value">A value that is there.</param>
        public abstract bool Accepts(MetadataValue value);

        /// <inheritdoc/>
        public override bool Matches(Demonstration demonstration) => Field.Of(demonstration) is { } value && Accepts(value);
    }

    /// <summary>The field has a value.</summary>
    /// <param name="Field">The field.</param>
    public sealed record Exists(FilterField Field) : Test(Field)
    {
        /// <inheritdoc/>
        public override bool Accepts(MetadataValue value) => true;
    }

    /// <summary>The field's value is one of some.</summary>
    /// <param name="Field">The field.</param>
    /// <param name="Values">At least one, all of one type.</param>
    public sealed record In(FilterField Field, IReadOnlySet<MetadataValue> Values) : Test(Field)
    {
        /// <inheritdoc/>
        public override bool Accepts(MetadataValue value) => Values.Contains(value);
    }

    /// <summary>The field's value compares with another.</summary>
    /// <param name="Field">The field.</param>
    /// <param name="Operator">How.</param>
    /// <param name="Value">With what.</param>
    public sealed record Compare(FilterField Field, FilterOperator Operator, MetadataValue Value) : Test(Field)
    {
        /// <inheritdoc/>
        public override bool Accepts(MetadataValue value)
        {
            if (value.Kind != Value.Kind)
            {
                return false;
            }

            var order = value.Kind == MetadataKind.Text ? Utf8Order.Instance.Compare(value.Text, Value.Text) : value.CompareNumber(Value);
            return Operator switch
            {
                FilterOperator.Equal => order == 0,
                FilterOperator.NotEqual => order != 0,
                FilterOperator.Less => order < 0,
                FilterOperator.LessOrEqual => order <= 0,
                FilterOperator.Greater => order > 0,
                _ => order >= 0,
            };
        }
    }
}
